import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { indexTargets } from '../../../src/operations/packages/index-targets.ts';
import { openStore } from '../../../src/store/store.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, fetchGateway, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let files: number;
let database: number;
let package_id: number;

const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const create = async (name: string, components: object[], edges: object[], more: object = {}): Promise<number> => {
	const made = await callTool(account, 'create_package', { name, flow_type: 'dataflow', components, edges, ...more });
	expect(made.isError, made.content[0]?.text).not.toBe(true);
	return Number(made.structuredContent?.['package_id']);
};

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const { connections } = (await callTool(account, 'list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	files = connections.find(({ type }) => type === 'r2')?.id ?? 0;
	database = connections.find(({ type }) => type === 'sqlite')?.id ?? 0;
	const put = (path: string, body: string) =>
		fetchGateway(`/acme/api/files/${path}`, { method: 'PUT', headers: { Authorization: `Bearer ${account.token}` }, body });
	await put('sales/orders.csv', 'id,customer,amount,tags\n1,7,10.50,"[""a""]"\n');
	await put('sales/customers.csv', 'id,name,city\n7,Ann,Faro\n');
	const edge = (source: string, target: string, more: object = {}) => ({ source, target, ...more });
	package_id = await create(
		'Orders by city',
		[
			{
				cloud_storage_source_component: {
					id: 'orders',
					name: 'orders',
					connection_id: files,
					path: 'sales/orders.csv',
					fields: [
						{ name: 'id', type: 'integer' },
						{ name: 'customer', type: 'integer' },
						{ name: 'amount', type: 'decimal(10,2)', alias: 'price' },
						{ name: 'tags', type: 'json' },
					],
				},
			},
			{ cloud_storage_source_component: { id: 'people', name: 'people', connection_id: files, path: 'sales/customers.csv' } },
			{ filter_component: { id: 'sane', name: 'sane', conditions: [{ field: 'price', operator: '>', value: 0 }] } },
			{ assert_component: { id: 'named', name: 'named', expression: "name <> ''", message: 'a customer has a name', on_error: 'dead_letter' } },
			{ join_component: { id: 'both', name: 'both', join_type: 'inner', keys: [{ left: 'customer', right: 'id' }] } },
			{
				select_component: {
					id: 'made',
					name: 'made',
					columns: [
						{ expression: 'upper(trim(city))', alias: 'city' },
						{ expression: 'price * 2', alias: 'double' },
						{ expression: "'EUR'", alias: 'currency' },
					],
				},
			},
			{
				aggregate_component: {
					id: 'sums',
					name: 'sums',
					group_by: ['city', 'currency'],
					aggregates: [
						{ function: 'sum', field: 'double', alias: 'total' },
						{ function: 'count_all', alias: 'orders' },
					],
				},
			},
			{ window_component: { id: 'ranked', name: 'ranked', sort: [{ field: 'total', direction: 'desc' }], functions: [{ function: 'rank', alias: 'place' }] } },
			{
				database_destination_component: {
					id: 'out',
					name: 'out',
					connection_id: database,
					table: 'City_Totals',
					mapping: [{ field: 'city', column: 'town' }, { field: 'total' }, { field: 'orders' }, { field: 'currency' }, { field: 'place' }],
				},
			},
			{ result_destination_component: { id: 'bad', name: 'bad' } },
		],
		[
			edge('orders', 'sane'),
			edge('people', 'named'),
			edge('sane', 'both'),
			edge('named', 'both'),
			edge('both', 'made'),
			edge('made', 'sums'),
			edge('sums', 'ranked'),
			edge('ranked', 'out'),
			edge('named', 'bad', { source_port: 'dead_letter' }),
		],
	);
});

describe('get_package_mappings of a package', () => {
	test('follows every field back to its source, with what was done and which rules decide on the way', async () => {
		const { structuredContent } = await callTool(account, 'get_package_mappings', { name: 'orders BY city', destination: 'out' });
		expect(structuredContent).toEqual({
			package_id,
			package_name: 'Orders by city',
			version: 1,
			mappings: [
				{
					destination: { component: 'out', kind: 'table', connection_id: database, place: 'City_Totals' },
					sources: [
						{ component: 'orders', kind: 'files', connection_id: files, place: 'sales/orders.csv' },
						{ component: 'people', kind: 'files', connection_id: files, place: 'sales/customers.csv' },
					],
					fields: [
						{ field: 'town', type: 'string', from: ['people.city'], through: ['made: upper(trim(city))'] },
						{
							field: 'total',
							type: expect.stringContaining('decimal'),
							from: ['orders.amount'],
							through: ['made: price * 2', 'sums: sum(double) by city, currency'],
						},
						{ field: 'orders', type: 'long', from: [], through: ['sums: count_all() by city, currency'] },
						{ field: 'currency', type: 'string', from: [], through: ["made: 'EUR'"] },
						{
							field: 'place',
							type: expect.any(String),
							from: ['orders.amount'],
							through: ['made: price * 2', 'sums: sum(double) by city, currency', 'ranked: rank() over total'],
						},
					],
					rules: [
						{ component: 'sane', kind: 'filter', rule: 'price > 0', fields: ['total', 'place'] },
						{ component: 'named', kind: 'assert', rule: "name <> ''; otherwise: a customer has a name", fields: [] },
						{ component: 'named', kind: 'on_error', rule: 'dead_letter', fields: [] },
						{ component: 'both', kind: 'inner join', rule: 'customer = id', fields: [] },
						{ component: 'sums', kind: 'aggregate', rule: 'one row for each city, currency', fields: ['town'] },
					],
				},
			],
		});
	});

	test('tells what is in the dead letters', async () => {
		const { structuredContent } = await callTool(account, 'get_package_mappings', { package_id, destination: 'bad' });
		const [mapping] = (structuredContent as { mappings: { fields: { field: string; from: string[] }[] }[] }).mappings;
		expect(mapping?.fields.map(({ field, from }) => [field, ...from])).toEqual([
			['id', 'people.id'],
			['name', 'people.name'],
			['city', 'people.city'],
			['_component'],
			['_row_number'],
			['_error_class'],
			['_error_field'],
			['_error_message'],
		]);
	});

	test('goes through reshaping, unions and code', async () => {
		const id = await create(
			'reshapes',
			[
				{
					payload_source_component: {
						id: 'a',
						name: 'a',
						fields: [
							{ name: 'k', type: 'string' },
							{ name: 'v', type: 'integer' },
							{ name: 'doc', type: 'json' },
						],
					},
				},
				{
					payload_source_component: {
						id: 'b',
						name: 'b',
						fields: [
							{ name: 'k', type: 'string' },
							{ name: 'w', type: 'integer' },
						],
					},
				},
				{ parse_json_component: { id: 'parsed', name: 'parsed', field: 'doc', extract: [{ path: '$.n', alias: 'n', type: 'integer' }] } },
				{ flatten_component: { id: 'flat', name: 'flat', field: 'doc', alias: 'item' } },
				{ union_component: { id: 'all', name: 'all' } },
				{ pivot_component: { id: 'wide', name: 'wide', group_by: ['k'], key: 'v', value: 'n', aggregate: 'sum', columns: [1] } },
				{ code_component: { id: 'own', name: 'own', code: 'export function transform(rows) { return rows; }', output: [{ name: 'x', type: 'string' }] } },
				{ result_destination_component: { id: 'r1', name: 'r1' } },
				{ result_destination_component: { id: 'r2', name: 'r2' } },
			],
			[
				{ source: 'a', target: 'parsed' },
				{ source: 'parsed', target: 'flat' },
				{ source: 'flat', target: 'all' },
				{ source: 'b', target: 'all' },
				{ source: 'all', target: 'wide' },
				{ source: 'wide', target: 'r1' },
				{ source: 'all', target: 'own' },
				{ source: 'own', target: 'r2' },
			],
		);
		const { structuredContent, content } = await callTool(account, 'get_package_mappings', { package_id: id });
		const { mappings } = structuredContent as { mappings: { fields: { field: string; from: string[]; through: string[] }[] }[] };
		expect(
			mappings.map(({ fields }) => fields),
			content[0]?.text,
		).toEqual([
			[
				{ field: 'k', type: 'string', from: ['a.k', 'b.k'], through: [] },
				{ field: expect.any(String), type: 'long', from: ['a.doc', 'a.v'], through: ['parsed: $.n of doc', 'wide: sum(n) where v is 1'] },
			],
			[
				{
					field: 'x',
					type: 'string',
					from: ['a.k', 'b.k', 'a.v', 'a.doc', 'b.w'],
					through: ['parsed: $.n of doc', 'flat: each element of doc', 'own: code, which sees every column'],
				},
			],
		]);
	});

	test('says what has none, and what is not there', async () => {
		const other = await callTool(account, 'get_package_mappings', { package_id, destination: 'uot' });
		expect(other.content[0]?.text).toContain('Did you mean out?');
		expect(codeOf(await callTool(account, 'get_package_mappings', {}))).toBe('invalid_input');
		expect(codeOf(await callTool(account, 'get_package_mappings', { package_id, target: 'x' }))).toBe('invalid_input');
	});
});

describe('get_package_mappings of a target', () => {
	const users = async (args: object, of = account) => {
		const { structuredContent, content } = await callTool(of, 'get_package_mappings', args as Record<string, unknown>);
		const { users: found, complete } = structuredContent as { users: { package_id: number; direction: string; component: string }[]; complete: boolean };
		expect(complete, content[0]?.text).toBe(true);
		return found.map(({ package_id: id, direction, component }) => [id, direction, component]);
	};

	test('names who writes and who reads a table, a file, a folder', async () => {
		const reader = await create(
			'reads totals',
			[
				{
					database_source_component: {
						id: 'in',
						name: 'in',
						connection_id: database,
						access_mode: 'query',
						query: 'select 1 as n from city_totals',
						fields: [{ name: 'n', type: 'integer' }],
					},
				},
				{ cloud_storage_destination_component: { id: 'to', name: 'to', connection_id: files, path: 'reports', file_name: 'cities' } },
			],
			[{ source: 'in', target: 'to' }],
		);
		expect(await users({ target: 'CITY_TOTALS' })).toEqual([
			[reader, 'read', 'in'],
			[package_id, 'write', 'out'],
		]);
		expect(await users({ target: 'city_totals', direction: 'write' })).toEqual([[package_id, 'write', 'out']]);
		expect(await users({ target: 'sales/orders.csv' })).toEqual([[package_id, 'read', 'orders']]);
		expect(await users({ target: 'reports/cities.csv' })).toEqual([[reader, 'write', 'to']]);
		expect(await users({ target: 'reports' })).toEqual([[reader, 'write', 'to']]);
		expect(await users({ target: 'elsewhere.csv' })).toEqual([]);
		expect(await users({ target: 'city_totals' }, await anAccount('other'))).toEqual([]);
	});

	test('follows changes, and forgets archived packages', async () => {
		const id = await create(
			'moves on',
			[
				{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
				{ database_destination_component: { id: 'out', name: 'out', connection_id: database, table: 'first_place' } },
			],
			[{ source: 'in', target: 'out' }],
		);
		expect(await users({ target: 'first_place' })).toEqual([[id, 'write', 'out']]);
		await callTool(account, 'update_package_components', { package_id: id, updates: [{ component_name: 'out', updates: { table: 'second_place' } }] });
		expect(await users({ target: 'first_place' })).toEqual([]);
		expect(await users({ target: 'second_place' })).toEqual([[id, 'write', 'out']]);
		await callTool(account, 'delete_package', { package_id: id });
		expect(await users({ target: 'second_place' })).toEqual([]);
	});

	test('says that it is not complete while older packages are not in the index, and brings them in', async () => {
		await env.DB.batch(['DELETE FROM package_targets', 'UPDATE packages SET targets_version = 0'].map((sql) => env.DB.prepare(sql)));
		const before = await callTool(account, 'get_package_mappings', { target: 'city_totals' });
		expect(before.structuredContent).toEqual({ users: [], complete: false, next_cursor: null });
		expect(await indexTargets({ store: openStore(env.DB) })).toBeGreaterThan(1);
		expect(await users({ target: 'city_totals', direction: 'write' })).toEqual([[package_id, 'write', 'out']]);
		expect(await indexTargets({ store: openStore(env.DB) })).toBe(0);
	});
});
