import { Miniflare } from 'miniflare';
import { COMPATIBILITY } from '../../src/cli/embedded/bindings.ts';
import { prepareLauncher } from '../../src/cli/embedded/launcher.ts';
import { runtimePid } from '../../src/cli/embedded/leftover.ts';

/** Any script in a workerd of its own, started as the gateway is. */
export async function startScript(contents: string, state: string) {
	await prepareLauncher(state);
	const miniflare = new Miniflare({
		host: '127.0.0.1',
		port: 0,
		cf: false,
		telemetry: { enabled: false },
		logRequests: false,
		enableDevRegistry: false,
		workers: [
			{
				config: {
					name: 'bare',
					compatibilityDate: COMPATIBILITY.date,
					compatibilityFlags: COMPATIBILITY.flags,
					manifest: { mainModule: 'index.js', modules: { 'index.js': { type: 'esm', contents } } },
					env: {},
				},
			},
		],
	});
	const url = await miniflare.ready;
	const pid = await runtimePid(state);
	if (pid === null) throw new Error('the runtime left no process number');
	return { url: url.href, token: 'none', pid, stop: () => miniflare.dispose() };
}
