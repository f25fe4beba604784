import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main as compile } from 'assemblyscript/asc';
import { KERNEL_FILE } from './use-kernel.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const SOURCE = 'src/data/kernel/assembly/exports.ts';
/** Compiles the kernel's sources. Throws where they do not compile. */
export async function compileKernel(): Promise<Uint8Array> {
	let module: Uint8Array | null = null;
	const flags = ['-O3', '--runtime', 'stub', '--noAssert', '--disableWarning', '112', '--enable', 'simd', '--enable', 'bulk-memory'];
	const memory = ['--initialMemory', '80', '--maximumMemory', '80'];
	const { error, stderr } = await compile([SOURCE, '--outFile', 'kernel.wasm', ...flags, ...memory], {
		readFile: (name, base) => read(join(base === '.' ? REPOSITORY : base, name)),
		writeFile(name, contents) {
			if (name.endsWith('.wasm')) module = contents as Uint8Array;
		},
		listFiles: () => [],
	});
	if (error !== null || module === null) throw new Error(`the kernel does not compile: ${stderr.toString()}`);
	return module;
}

function read(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}

if (import.meta.main) {
	const module = await compileKernel();
	writeFileSync(KERNEL_FILE, module);
	process.stdout.write(`${KERNEL_FILE}: ${module.length} bytes\n`);
}
