import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { COMPATIBILITY } from '../../../src/cli/embedded/bindings.ts';
import { bundleWorker } from '../../../src/cli/embedded/bundle.ts';
import type { Target } from '../load.ts';

/** A Worker in a workerd of its own with nothing else in the process, held to one core. `texts` and `values` are its bindings. */
export async function startRaw(
	entry: string,
	folder: string,
	{ texts = {}, values = {} }: { readonly texts?: Readonly<Record<string, string>>; readonly values?: Readonly<Record<string, unknown>> },
): Promise<Target & { stop(): Promise<void> }> {
	const name = entry.replaceAll(/\W+/g, '-');
	await writeFile(join(folder, `${name}.js`), await bundleWorker(entry));
	for (const [binding, value] of Object.entries(values)) await writeFile(join(folder, `${name}.${binding}.json`), JSON.stringify(value));
	await writeFile(join(folder, `${name}.capnp`), config(name, texts, Object.keys(values)));
	const workerd: { readonly default: string } = createRequire(createRequire(import.meta.url).resolve('miniflare'))('workerd');
	const child = spawn('taskset', ['-c', '0', workerd.default, 'serve', '--control-fd=3', join(folder, `${name}.capnp`)], {
		stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
	});
	const end = () => void child.kill('SIGKILL');
	process.once('exit', end);
	const port = await portOf(child);
	return {
		url: `http://127.0.0.1:${port}/bench/api/mcp`,
		token: 'bench',
		pid: child.pid ?? 0,
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

function config(name: string, texts: Readonly<Record<string, string>>, values: readonly string[]): string {
	const bindings = [
		...Object.entries(texts).map(([binding, text]) => `(name = "${binding}", text = ${JSON.stringify(text)})`),
		...values.map((binding) => `(name = "${binding}", json = embed "${name}.${binding}.json")`),
	];
	return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
	services = [(name = "bench", worker = .bench)],
	sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bench")],
);
const bench :Workerd.Worker = (
	modules = [(name = "worker.js", esModule = embed "${name}.js")],
	compatibilityDate = "${COMPATIBILITY.date}",
	compatibilityFlags = [${COMPATIBILITY.flags.map((flag) => `"${flag}"`).join(', ')}],
	bindings = [${bindings.join(', ')}],
);
`;
}
