import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Miniflare } from 'miniflare';
import { bindings, COMPATIBILITY, textsFrom, WORKER } from '../../../src/cli/embedded/bindings.ts';
import { bundleWorker, wasmBeside } from '../../../src/cli/embedded/bundle.ts';
import { prepareLauncher } from '../../../src/cli/embedded/launcher.ts';
import { runtimePid } from '../../../src/cli/embedded/leftover.ts';
import { DEMO_ACCOUNT } from '../../../src/cli/embedded/session.ts';
import type { Target } from '../load.ts';
import type { Prepared } from './prepared.ts';

/**
 * The gateway on embedded D1 in one workerd held to one core, reached by a socket of its own: miniflare's entry Worker, which a
 * deployment has not, is passed by. D1's stand-in runs in the same process and counts as ours. It works on a copy of the data.
 */
export async function startWithDatabase(entry: string, folder: string, { state, token, secrets }: Prepared): Promise<Target & { stop(): Promise<void> }> {
	const own = join(folder, entry.replaceAll(/\W+/g, '-'));
	await cp(state, own, { recursive: true });
	await prepareLauncher(own);
	const [contents, wasm] = await Promise.all([bundleWorker(entry), wasmBeside()]);
	const gateway = new Miniflare({
		host: '127.0.0.1',
		port: 0,
		cf: false,
		telemetry: { enabled: false },
		logRequests: false,
		enableDevRegistry: false,
		resourcePersistencePath: join(own, 'data'),
		workers: [
			{
				config: {
					name: WORKER,
					compatibilityDate: COMPATIBILITY.date,
					compatibilityFlags: COMPATIBILITY.flags,
					manifest: { mainModule: 'index.js', modules: { 'index.js': { type: 'esm', contents }, ...wasm } },
					...bindings({ ...textsFrom({}), HEADGATE_SEAL_KEY: secrets.seal_key, HEADGATE_ADMIN_TOKEN: secrets.admin_token }),
				},
				dev: { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] },
			},
		],
	});
	await gateway.ready;
	const pid = await runtimePid(own);
	if (pid === null) throw new Error('processor time is read from /proc: this benchmark runs on Linux');
	await promisify(execFile)('taskset', ['-a', '-p', '-c', '0', String(pid)]);
	const url = new URL(`/${DEMO_ACCOUNT}/api/mcp`, await gateway.unsafeGetDirectURL(WORKER));
	return { url: url.href, token, pid, stop: () => gateway.dispose() };
}
