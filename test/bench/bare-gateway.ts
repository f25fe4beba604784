import { Miniflare } from 'miniflare';
import { COMPATIBILITY } from '../../src/cli/embedded/bindings.ts';
import { bundleWorker } from '../../src/cli/embedded/bundle.ts';
import { prepareLauncher } from '../../src/cli/embedded/launcher.ts';
import { runtimePid } from '../../src/cli/embedded/leftover.ts';
import { RESULTS, TOOLS } from './contenders/fixtures.ts';

/** A contender in a workerd of its own, started as the gateway is. */
export async function startBare(entry: string, state: string, answers: { readonly tools: unknown; readonly results: unknown }) {
	return startScript(await bundleWorker(entry), state, { [TOOLS]: answers.tools, [RESULTS]: answers.results });
}

/** Any script with those values in its environment, in a workerd of its own. */
export async function startScript(contents: string, state: string, values: Readonly<Record<string, unknown>> = {}) {
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
					env: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { type: 'json' as const, value: value as never }])),
				},
			},
		],
	});
	const url = await miniflare.ready;
	const pid = await runtimePid(state);
	if (pid === null) throw new Error('the runtime left no process number');
	return { url: url.href, token: 'none', pid, stop: () => miniflare.dispose() };
}
