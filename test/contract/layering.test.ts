import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layersFile } from '../support/layers.ts';

const repository = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The rule as a person would say it, not as the linter's table does: each line may import the lines above it, never its own siblings. */
const LAYERS = [
	['lib'],
	['model'],
	['data'],
	['expression'],
	['plan'],
	['catalogue', 'connectors', 'emit', 'auth', 'store'],
	['engine'],
	['operations'],
	['objects'],
	['mcp', 'http'],
];
/** Refused although they are above: the engine knows the connector contract only, the two surfaces reach data through operations. */
const NARROWER: Readonly<Record<string, readonly string[]>> = {
	engine: ['catalogue', 'connectors', 'auth', 'store'],
	mcp: ['store'],
	http: ['store'],
};
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
	hono: ['http'],
	'hono/jsx': ['http'],
	'@modelcontextprotocol/server': ['mcp'],
	'drizzle-orm': ['store'],
	'drizzle-orm/d1': ['store'],
	'../../schema/tables/runs.ts': ['store'],
	'cloudflare:workers': ['objects', 'connectors'],
	miniflare: [],
};

const rooms = LAYERS.flat();
const layerOf = (room: string) => LAYERS.findIndex((layer) => layer.includes(room));
const mayImport = (room: string, other: string) => room === other || (layerOf(other) < layerOf(room) && !NARROWER[room]?.includes(other));

/** What each planted file imports, one import a line, and whether the plan allows it. */
const planted = rooms.flatMap((room) => {
	const beside = [...rooms, 'cli'].map((other) => ({ specifier: `../${other}/planted.ts`, allowed: other !== 'cli' && mayImport(room, other) }));
	const packages = Object.entries(PACKAGE_HOMES).map(([specifier, homes]) => ({ specifier, allowed: homes.includes(room) }));
	return [...beside, ...packages].map((entry, line) => ({ file: `src/${room}/breach.ts`, line: line + 1, ...entry }));
});
const corners = [
	{ file: 'src/engine/operators/contract.ts', line: 1, specifier: '../../connectors/connector.ts', allowed: true },
	{ file: 'src/engine/operators/contract.ts', line: 2, specifier: '../../connectors/r2/index.ts', allowed: false },
	{ file: 'src/http/mcp.ts', line: 1, specifier: '../mcp/server.ts', allowed: true },
	{ file: 'src/http/mcp.ts', line: 2, specifier: '../store/runs.ts', allowed: false },
	{ file: 'src/http/mcp.ts', line: 3, specifier: '@modelcontextprotocol/server', allowed: true },
	{ file: 'src/http/mcp.ts', line: 4, specifier: 'hono', allowed: true },
	{ file: 'src/app.ts', line: 1, specifier: './store/runs.ts', allowed: false },
	{ file: 'src/app.ts', line: 2, specifier: 'hono', allowed: true },
	{ file: 'src/objects/run.ts', line: 1, specifier: '../app.ts', allowed: false },
	{ file: 'src/index.ts', line: 1, specifier: 'cloudflare:workers', allowed: true },
	{ file: 'src/index.ts', line: 2, specifier: 'hono', allowed: false },
	{ file: 'src/cli/start.ts', line: 1, specifier: '../operations/runs/submit.ts', allowed: false },
];
const imports = [...planted, ...corners];

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'headgate-layers-'));
	await copyFile(join(repository, 'biome.json'), join(folder, 'biome.json'));
	await copyFile(join(repository, 'biome.layers.json'), join(folder, 'biome.layers.json'));
	for (const file of new Set(imports.map((entry) => entry.file))) {
		await mkdir(dirname(join(folder, file)), { recursive: true });
		const lines = imports.filter((entry) => entry.file === file).map((entry, index) => `export type { T${index} } from '${entry.specifier}';`);
		await writeFile(join(folder, file), `${lines.join('\n')}\n`);
	}
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `file:line` of every import that the repository's own configuration refuses. */
async function refusedByTheLinter(): Promise<string[]> {
	const options = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=github', '.'];
	const outcome = await run(join(repository, 'node_modules/.bin/biome'), options, { cwd: folder }).catch(
		(failure: { stdout: string; code: number }) => failure,
	);
	return [...outcome.stdout.matchAll(/noRestrictedImports,file=(\S+?),line=(\d+),/g)].map((match) => `${match[1]?.replace(`${folder}/`, '')}:${match[2]}`);
}

test(`the linter refuses exactly the imports that break the layers, of ${imports.length} planted ones`, async () => {
	const expected = imports.filter((entry) => !entry.allowed).map((entry) => `${entry.file}:${entry.line}`);
	expect((await refusedByTheLinter()).sort()).toEqual(expected.sort());
}, 600_000);

test('the linter reads the layers from the one table that names them', async () => {
	expect(await readFile(join(repository, 'biome.layers.json'), 'utf8')).toBe(layersFile());
});
