import { Miniflare } from 'miniflare';
import { COMPATIBILITY } from '../../src/cli/embedded/bindings.ts';
import { bundleWorker } from '../../src/cli/embedded/bundle.ts';
import { prepareLauncher } from '../../src/cli/embedded/launcher.ts';
import { runtimePid } from '../../src/cli/embedded/leftover.ts';
import { RESULTS, TOOLS } from './contenders/fixtures.ts';

/** A contender in a workerd of its own, started as the gateway is. */
export async function startBare(entry: string, state: string, answers: { readonly tools: unknown; readonly results: unknown }) {
	await prepareLauncher(state);
	const contents = await bundleWorker(entry);
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
					env: { [TOOLS]: { type: 'json', value: answers.tools as never }, [RESULTS]: { type: 'json', value: answers.results as never } },
				},
			},
		],
	});
	const url = await miniflare.ready;
	const pid = await runtimePid(state);
	if (pid === null) throw new Error('the contender left no process number');
	return { url: url.href, token: 'none', pid, stop: () => miniflare.dispose() };
}
