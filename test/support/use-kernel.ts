import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useKernel } from '../../src/data/kernel/kernel.ts';

/** The compiled kernel is committed, so that nothing which builds the Worker needs the compiler. */
export const KERNEL_FILE = join(import.meta.dirname, '../../src/data/kernel/kernel.wasm');

/** The kernel for programs outside workerd, which imports it as a module. */
export function kernelModule(): WebAssembly.Module {
	// The Workers' types have no constructor, because a Worker may not use it.
	const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;
	return new Module(readFileSync(KERNEL_FILE));
}

// Tests of the engine meet it as runs do.
useKernel(kernelModule());
