import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { bundledSsh2 } from './test/connectors/bundled-ssh2.ts';

const migrations = join(import.meta.dirname, 'schema/migrations');

// The secrets that wrangler.toml asks for are read from the environment; these open nothing but the tests.
process.env['HEADGATE_SEAL_KEY'] = Buffer.alloc(32).toString('base64');
process.env['HEADGATE_ADMIN_TOKEN'] = 'test-admin-token';
process.env['HEADGATE_SETUP_SECRET'] = 'test-setup-secret';
// Wrangler would say for each worker that it reads them.
process.env['WRANGLER_LOG'] ??= 'warn';

const TEXT = /\.(md|txt|css|svg)$/;

/** Some files are imported as text, as wrangler.toml's rule has it for the Worker; under another name, so that Vite leaves style sheets alone. */
const text = {
	name: 'import-as-text',
	enforce: 'pre' as const,
	async resolveId(
		this: { resolve(source: string, importer: string | undefined, options: object): Promise<{ id: string } | null> },
		source: string,
		importer: string | undefined,
	) {
		if (!TEXT.test(source)) return null;
		const resolved = await this.resolve(source, importer, { skipSelf: true });
		return resolved === null ? null : `${resolved.id}.as-text.js`;
	},
	load(id: string) {
		if (!id.endsWith('.as-text.js')) return null;
		const path = id.slice(0, -'.as-text.js'.length);
		// Vite names files of the project from the project's root.
		return `export default ${JSON.stringify(readFileSync(existsSync(path) ? path : join(import.meta.dirname, path), 'utf8'))};`;
	},
};

/**
 * Modules of packages go to the tests' workers without a source map. All modules that a file needs, maps included, are one message to its
 * worker, and workerd ends a socket whose message is larger than 32 MiB: with maps it was 27 MB for the largest file alone, and more after
 * others had loaded what it imports on demand.
 */
const unmapped = {
	name: 'packages-without-source-maps',
	enforce: 'post' as const,
	transform(code: string, id: string) {
		return id.includes('/node_modules/') ? { code, map: { mappings: '' as const } } : null;
	},
};

/** A limit for what hangs, not a measure: the machine may be busy with anything. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
	test: {
		// Vitest leaves one core idle; of two, that is half.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		projects: [
			{
				plugins: [text],
				test: {
					name: 'unit',
					include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
					environment: 'node',
					setupFiles: ['test/support/use-kernel.ts'],
					...patience,
				},
			},
			{
				plugins: [
					text,
					unmapped,
					bundledSsh2,
					cloudflareTest(async () => ({
						wrangler: { configPath: './wrangler.toml' },
						miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations(migrations), FLAT_ROWS: process.env['HEADGATE_FLAT_ROWS'] ?? '' } },
					})),
				],
				test: { name: 'worker', include: ['test/worker/**/*.test.ts'], ...patience },
			},
			{
				test: {
					name: 'clients',
					include: ['test/clients/**/*.test.ts'],
					environment: 'node',
					...patience,
					fileParallelism: false,
					globalSetup: ['test/support/shared-gateway.ts'],
				},
			},
			{ test: { name: 'processes', include: ['test/processes/**/*.test.ts'], environment: 'node', ...patience } },
			{ test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], environment: 'node', ...patience } },
			{
				test: {
					name: 'browser',
					include: ['test/browser/**/*.test.ts'],
					environment: 'node',
					...patience,
					fileParallelism: false,
					globalSetup: ['test/support/shared-gateway.ts'],
				},
			},
		],
	},
});
