import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const waist = ['lib', 'model', 'data', 'expression', 'plan'];
const beside = ['catalogue', 'connectors', 'emit', 'auth', 'store'];

/** Who may import whom: each room of src/ with the rooms it may import beside itself. The one place where the layers are written down as data. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
	lib: [],
	model: ['lib'],
	data: ['lib', 'model'],
	expression: ['lib', 'model', 'data'],
	plan: ['lib', 'model', 'data', 'expression'],
	catalogue: waist,
	connectors: waist,
	emit: waist,
	auth: waist,
	store: waist,
	engine: [...waist, 'emit', 'connectors/connector.ts'],
	operations: [...waist, ...beside, 'engine'],
	objects: [...waist, ...beside, 'engine', 'operations'],
	mcp: [...waist, 'catalogue', 'connectors', 'emit', 'auth', 'engine', 'operations', 'objects'],
	http: [...waist, 'catalogue', 'connectors', 'emit', 'auth', 'engine', 'operations', 'objects'],
	cli: ['lib', 'model'],
};

/** Packages that only some rooms may know. */
export const PACKAGES: readonly { readonly patterns: readonly string[]; readonly rooms: readonly string[]; readonly message: string }[] = [
	{ patterns: ['hono', 'hono/**'], rooms: ['http', 'http/mcp.ts', 'app.ts'], message: 'hono belongs to http/ and app.ts.' },
	{ patterns: ['@modelcontextprotocol/**'], rooms: ['mcp', 'http/mcp.ts', 'cli'], message: 'The MCP SDK belongs to mcp/ and http/mcp.ts, its client to cli/.' },
	{ patterns: ['drizzle-orm', 'drizzle-orm/**', '**/schema/tables/**'], rooms: ['store'], message: 'drizzle and the tables belong to store/ and schema/.' },
	{ patterns: ['cloudflare:*'], rooms: ['objects', 'connectors', 'index.ts'], message: 'cloudflare:* belongs to objects/, connectors/ and index.ts.' },
	{ patterns: ['miniflare', 'wrangler', 'esbuild'], rooms: ['cli'], message: 'Build tools and the local runtime belong to cli/.' },
];

/** Single files with rules of their own: http/mcp.ts is where http meets mcp; the two files at the top reach everything but the store. */
const FILES: Readonly<Record<string, readonly string[]>> = {
	'http/mcp.ts': [...(ROOMS['http'] ?? []), 'http', 'mcp'],
	'app.ts': [...waist, 'catalogue', 'connectors', 'emit', 'auth', 'engine', 'operations', 'objects', 'mcp', 'http'],
	'index.ts': [...waist, 'catalogue', 'connectors', 'emit', 'auth', 'engine', 'operations', 'objects', 'mcp', 'http', 'app.ts'],
};

/** Biome's overrides that enforce the two tables. A later override of the same rule replaces an earlier one, so each carries all its patterns. */
export function layerOverrides(): unknown {
	const places = [...Object.entries(ROOMS).map(([room, may]) => ({ place: room, includes: `src/${room}/**`, may: [room, ...may] }))];
	const files = Object.entries(FILES).map(([file, may]) => ({ place: file, includes: `src/${file}`, may }));
	return [...places, ...files].map(({ place, includes, may }) => {
		const exceptions = may.filter((name) => name.includes('/')).map((name) => `!**/${name}`);
		const refused = [
			...Object.keys(ROOMS)
				.filter((room) => !may.includes(room))
				.map((room) => `**/${room}/**`),
			...(may.includes('app.ts') ? [] : ['**/app.ts']),
			...exceptions,
		];
		const rooms = { group: refused, message: `${place} imports only: ${may.filter((name) => name !== place).join(', ') || 'nothing of src'}.` };
		const packages = PACKAGES.filter((rule) => !rule.rooms.includes(place)).map((rule) => ({ group: rule.patterns, message: rule.message }));
		const noRestrictedImports = { level: 'error', options: { patterns: [rooms, ...packages] } };
		return { includes: [includes], linter: { rules: { style: { noRestrictedImports } } } };
	});
}

/** The text of biome.layers.json; `npm run generate` writes it. */
export function layersFile(): string {
	return `${JSON.stringify({ overrides: layerOverrides() }, null, '\t')}\n`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '../../biome.layers.json'), layersFile());
