import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { COMPATIBILITY } from '../../../src/cli/embedded/bindings.ts';
import { bundleWorker, REPOSITORY } from '../../../src/cli/embedded/bundle.ts';
import type { RunSpec } from '../../../src/engine/ports.ts';

/** All that runs of an isolate share. */
export const HEAP_MB = 96;

export interface FinishedRun {
	readonly records: number;
	/** Rows written to the object's SQLite, which the platform bills. */
	readonly rowsWritten: number;
	readonly slices: number;
}

export interface Engine {
	run(name: string, spec: RunSpec): Promise<FinishedRun>;
	/** Removes what the run landed. */
	forget(name: string): Promise<void>;
	/** The most memory the process had resident since the last call; null where the system does not tell. */
	peakMb(): Promise<number | null>;
	/** Processor time that it has taken since it began; null where the system does not tell. */
	cpuMs(): Promise<number | null>;
	stop(): Promise<void>;
}

/** The engine in a workerd of its own, its V8 held to `HEAP_MB`, with `folder` for files. */
export async function startEngine(folder: string, state: string): Promise<Engine> {
	await mkdir(join(state, 'objects'), { recursive: true });
	await writeFile(join(state, 'worker.js'), await bundleWorker('test/bench/engine/worker.ts'));
	await copyFile(join(REPOSITORY, 'src/data/kernel/kernel.wasm'), join(state, 'kernel.wasm'));
	await writeFile(join(state, 'bench.capnp'), config(folder, join(state, 'objects')));
	const miniflare = createRequire(import.meta.url).resolve('miniflare');
	const workerd: { readonly default: string } = createRequire(miniflare)('workerd');
	const child = spawn(workerd.default, ['serve', '--control-fd=3', join(state, 'bench.capnp')], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
	const end = () => void child.kill('SIGKILL');
	process.once('exit', end);
	const url = `http://127.0.0.1:${await portOf(child)}`;
	const memory = `/proc/${child.pid}`;
	return {
		async run(name, spec) {
			const answer = await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(spec) });
			if (!answer.ok) throw new Error(`the run broke: ${(await answer.text()).slice(0, 500)}`);
			return (await answer.json()) as FinishedRun;
		},
		async forget(name) {
			await fetch(`${url}/${name}`, { method: 'DELETE' });
		},
		async peakMb() {
			const status = await readFile(`${memory}/status`, 'utf8').catch(() => '');
			const peak = /VmHWM:\s+(\d+) kB/.exec(status);
			await writeFile(`${memory}/clear_refs`, '5').catch(() => undefined);
			return peak === null ? null : Math.round(Number(peak[1]) / 1024);
		},
		async cpuMs() {
			// Behind the name in brackets, which may hold blanks: user and system time in hundredths of a second.
			const fields = (await readFile(`${memory}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ');
			return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * 10;
		},
		async stop() {
			process.removeListener('exit', end);
			const gone = once(child, 'exit');
			end();
			await gone;
		},
	};
}

/** workerd says on its control pipe where it listens. */
async function portOf(child: ChildProcess): Promise<number> {
	for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
		const message = JSON.parse(line) as { event: string; port?: number };
		if (message.event === 'listen' && message.port !== undefined) return message.port;
	}
	throw new Error('workerd did not start');
}

function config(folder: string, objects: string): string {
	return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
	v8Flags = ["--max-heap-size=${HEAP_MB}"],
	services = [
		(name = "bench", worker = .bench),
		(name = "files", disk = (path = ${JSON.stringify(folder)}, writable = true)),
		(name = "objects", disk = (path = ${JSON.stringify(objects)}, writable = true)),
	],
	sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bench")],
);
const bench :Workerd.Worker = (
	modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "kernel.wasm", wasm = embed "kernel.wasm")],
	compatibilityDate = "${COMPATIBILITY.date}",
	durableObjectNamespaces = [(className = "BenchRun", uniqueKey = "bench", enableSql = true)],
	durableObjectStorage = (localDisk = "objects"),
	bindings = [(name = "RUNS", durableObjectNamespace = "BenchRun"), (name = "DISK", service = "files")],
);
`;
}
