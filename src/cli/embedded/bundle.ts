import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin, stop } from 'esbuild';

/** The repository's root: the Worker is bundled from its sources at every start, which takes less than reading a stale bundle wrongly would cost. */
export const REPOSITORY = join(import.meta.dirname, '../../..');

/** workerd offers Node's modules under `node:` only; some packages import them bare. */
const prefixed: Plugin = {
	name: 'node-prefix',
	setup({ onResolve }) {
		const bare = new Set(builtinModules.filter((name) => !name.startsWith('_')));
		onResolve({ filter: /^[a-z]/ }, ({ path }) => (bare.has(path) ? { path: `node:${path}`, external: true } : undefined));
	},
};

/** One ES module of the Worker whose entry is `entry`, as `wrangler deploy` would build it. */
export async function bundleWorker(entry: string): Promise<string> {
	const result = await build({
		entryPoints: [entry],
		absWorkingDir: REPOSITORY,
		bundle: true,
		write: false,
		format: 'esm',
		target: 'es2024',
		conditions: ['workerd', 'worker', 'browser'],
		mainFields: ['browser', 'module', 'main'],
		external: ['cloudflare:*', 'node:*'],
		loader: { '.md': 'text', '.txt': 'text', '.css': 'text', '.svg': 'text' },
		jsx: 'automatic',
		jsxImportSource: 'hono/jsx',
		define: { 'process.env.NODE_ENV': '"production"' },
		plugins: [prefixed],
		logLevel: 'silent',
	});
	// esbuild would keep a process of its own for the next bundle.
	await stop();
	const output = result.outputFiles[0];
	if (output === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
	return output.text;
}
