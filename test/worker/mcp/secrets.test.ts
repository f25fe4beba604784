import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CONNECTORS } from '../../../src/connectors/index.ts';
import { argumentsFor, TOOLS } from '../../support/every-tool.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aConnection, anAccount, callTool, type TestAccount } from '../../support/gateway.ts';

/** Looks different in a URL, in JSON and in base64, so that no spelling of it goes by unseen. */
const CANARY = 'canary "S3cret"/+=&';
const SPELLINGS = [CANARY, CANARY.toUpperCase(), JSON.stringify(CANARY).slice(1, -1), encodeURIComponent(CANARY), btoa(CANARY)];

/** A connection of every type that takes credentials. Their hosts are nobody's. */
const CONNECTIONS: Readonly<Record<string, { config: object; secrets: object }>> = {
	clickhouse: { config: { url: 'https://db.canary.invalid:8443' }, secrets: { password: CANARY } },
	http: { config: { base_url: 'https://api.canary.invalid', auth: 'bearer' }, secrets: { token: CANARY } },
	s3: { config: { bucket: 'canary', endpoint: 'https://s3.canary.invalid', access_key_id: 'key' }, secrets: { secret_access_key: CANARY } },
	mysql: { config: { host: 'db.canary.invalid', database: 'd', username: 'u' }, secrets: { password: CANARY } },
	postgresql: { config: { host: 'db.canary.invalid', database: 'd', username: 'u' }, secrets: { password: CANARY } },
	sftp: {
		config: { host: 'sftp.canary.invalid', username: 'u', host_key: `SHA256:${'A'.repeat(43)}` },
		secrets: { password: CANARY, private_key: CANARY, passphrase: CANARY },
	},
};

let account: TestAccount;
const connections = new Map<string, number>();
const printed: string[] = [];

/** Authorization headers that reached the upstream: it must have been asked, or nothing is proved. */
const sent: string[] = [];

/** An upstream that repeats what it was sent, as careless ones do in their errors: the one part of the world that is not real here. */
vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
	const request = new Request(input, init);
	sent.push(request.headers.get('Authorization') ?? '');
	return Response.json([{ you_sent: Object.fromEntries(request.headers), at: request.url }]);
});

beforeAll(async () => {
	for (const level of ['log', 'info', 'warn', 'error'] as const)
		vi.spyOn(console, level).mockImplementation((...parts) => void printed.push(parts.map(String).join(' ')));
	await freshGateway();
	account = await anAccount('acme');
	for (const [type, { config, secrets }] of Object.entries(CONNECTIONS))
		connections.set(type, await aConnection('acme', { name: type, type, config, secrets }));
});

afterAll(() => vi.restoreAllMocks());

function expectNoSecret(text: string): void {
	for (const spelling of SPELLINGS) expect(text).not.toContain(spelling);
}

test('every connector that takes credentials is tried here', () => {
	const withSecrets = CONNECTORS.filter((connector) => Object.keys(connector.secrets.shape).length > 0).map((connector) => connector.type);
	expect(withSecrets.sort()).toEqual(Object.keys(CONNECTIONS).sort());
});

test.each(
	Object.keys(CONNECTIONS).flatMap((type) => TOOLS.filter((tool) => 'connection_id' in tool.input.shape).map((tool) => ({ name: tool.name, tool, type }))),
)('$name shows no credential of a connection of type $type', async ({ tool, type }) => {
	const result = await callTool(account, tool.name, argumentsFor(tool, { connection_id: connections.get(type) ?? 0 }, {}));
	expectNoSecret(JSON.stringify(result));
});

test('a secret variable is shown by no tool, though the package puts it into its rows', async () => {
	const created = await callTool(account, 'create_package', {
		name: 'secret variable',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{
				select_component: {
					id: 'leak',
					name: 'leak',
					columns: [
						{ expression: "'key=' || $key", alias: 'leak' },
						{ expression: '$login', alias: 'login' },
					],
				},
			},
			{
				parse_json_component: {
					id: 'parts',
					name: 'parts',
					field: 'login',
					extract: [
						{ path: '$.user.password', alias: 'inside', type: 'string' },
						{ path: '$.pin', alias: 'pin', type: 'integer' },
					],
				},
			},
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'leak' },
			{ source: 'leak', target: 'parts' },
			{ source: 'parts', target: 'out' },
		],
		variables: {
			key: { type: 'string', default: CANARY, secret: true },
			login: { type: 'json', default: { user: { name: 'ann', password: `${CANARY} inside` }, pin: 471100 }, secret: true },
		},
	});
	expectNoSecret(JSON.stringify(created));
	const package_id = Number(created.structuredContent?.['package_id']);
	const run = await callTool(account, 'run_package', { package_id, payload: [{ n: 1 }], wait_seconds: 4 });
	expect(run.structuredContent, run.content[0]?.text).toMatchObject({
		status: 'completed',
		outputs: [
			{
				rows: [
					{ leak: 'key=[redacted]', login: { user: { name: 'ann', password: '[redacted]' }, pin: '[redacted]' }, inside: '[redacted]', pin: '[redacted]' },
				],
			},
		],
	});
	const run_id = Number(run.structuredContent?.['run_id']);
	expectNoSecret(JSON.stringify(await callTool(account, 'get_run', { run_id, log_tail_lines: 200 })));
	expectNoSecret(JSON.stringify(await callTool(account, 'get_package', { package_id, include_full_graph: true })));
	expectNoSecret(JSON.stringify(await callTool(account, 'validate_package', { package_id })));
});

/** What tells of a package or a run. */
const TELLING = ['get_package', 'get_package_mappings', 'validate_package', 'get_run', 'get_run_item', 'get_run_errors', 'explain_job_failure'];

test('nor is what an expression, a where clause, a query or a path makes of it, whatever fails there', async () => {
	const database = await env.DB.prepare("SELECT id FROM connections WHERE type = 'sqlite'").first<number>('id');
	const source = (fields: object) => ({
		database_source_component: { id: 'in', name: 'in', connection_id: database, fields: [{ name: 'name', type: 'string' }], ...fields },
	});
	const rows = { payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'name', type: 'string' }] } };
	const out = { result_destination_component: { id: 'out', name: 'out' } };
	const cast = {
		select_component: { id: 'cast', name: 'cast', on_error: 'skip', columns: [{ expression: 'cast(upper($key) || name as integer)', alias: 'n' }] },
	};
	const sent = { rest_api_destination_component: { id: 'out', name: 'out', connection_id: connections.get('http'), path: '/keys/$key' } };
	const packages: Record<string, object[]> = {
		'fails a row': [rows, cast, out],
		'in a query that the database refuses': [source({ access_mode: 'query', query: "SELECT json('$key') AS name" }), out],
		'in a where clause': [source({ table: 'sqlite_schema', where_clause: "name = upper('$key') and cast('$key' as integer) > 1" }), out],
		'in a path': [rows, sent],
	};
	for (const [name, components] of Object.entries(packages)) {
		const ids = components.map((component) => (Object.values(component)[0] as { id: string }).id);
		const edges = ids.slice(1).map((target, index) => ({ source: ids[index], target }));
		const variables = { key: { type: 'string', secret: true }, made: { default: { expression: "lower($key) || 'x'" } } };
		const created = await callTool(account, 'create_package', { name, flow_type: 'dataflow', components, edges, variables });
		const package_id = Number(created.structuredContent?.['package_id']);
		expect(package_id, created.content[0]?.text).toBeGreaterThan(0);
		const payload = components[0] === rows ? { payload: [{ name: 'a' }] } : {};
		const run = await callTool(account, 'run_package', { package_id, variables: { key: CANARY }, ...payload, wait_seconds: 4 });
		expectNoSecret(JSON.stringify(run));
		const run_id = Number(run.structuredContent?.['run_id'] ?? 0);
		for (const tool of TOOLS.filter((tool) => TELLING.includes(tool.name))) {
			expectNoSecret(JSON.stringify(await callTool(account, tool.name, argumentsFor(tool, { run_id, package_id }, {}))));
		}
	}
});

test('a run over an upstream that repeats the credential never shows it, whatever becomes of the run', async () => {
	const created = await callTool(account, 'create_package', {
		name: 'careless upstream',
		flow_type: 'dataflow',
		components: [
			{
				rest_api_source_component: {
					id: 'in',
					name: 'in',
					connection_id: connections.get('http'),
					path: '/rows',
					fields: [{ name: 'you_sent', type: 'json' }],
				},
			},
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	const package_id = Number(created.structuredContent?.['package_id']);
	const run = await callTool(account, 'run_package', { package_id, wait_seconds: 3 });
	const run_id = Number(run.structuredContent?.['run_id']);
	expect(run_id, run.content[0]?.text).toBeGreaterThan(0);
	expect(sent).toContain(`Bearer ${CANARY}`);
	expectNoSecret(JSON.stringify(run));
	for (const tool of TOOLS.filter(({ input }) => 'run_id' in input.shape || 'package_id' in input.shape)) {
		expectNoSecret(JSON.stringify(await callTool(account, tool.name, argumentsFor(tool, { run_id, package_id }, {}))));
	}
});

test('no tool at all shows one, whatever it is called with', async () => {
	for (const tool of TOOLS) {
		expectNoSecret(JSON.stringify(await callTool(account, tool.name, argumentsFor(tool, {}, {}))));
		expectNoSecret(JSON.stringify(await callTool(account, tool.name, { connection_id: 'x', run_id: -1, package_id: null, unknown: true })));
	}
});

test('the database holds none in the clear, and the log none at all', async () => {
	const { results } = await env.DB.prepare(
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
	).all<{ name: string }>();
	const rows = await Promise.all(results.map(async ({ name }) => (await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results));
	expect(rows.flat().length).toBeGreaterThan(10);
	expectNoSecret(JSON.stringify(rows));
	expectNoSecret(printed.join('\n'));
});
