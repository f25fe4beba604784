import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import type { Schema } from '../../../src/data/types.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aConnection, anAccount, callTool, fetchGateway, type TestAccount, type ToolResult } from '../../support/gateway.ts';
import { workbookOf } from '../../unit/data/xlsx.ts';

let account: TestAccount;
let files: number;
let database: number;
let dead: number;
let shop: number;

const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';
const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const put = (path: string, body: BodyInit) =>
	fetchGateway(`/acme/api/files/${path}`, { method: 'PUT', headers: { Authorization: `Bearer ${account.token}` }, body });

/** The outside network: an API that refuses everybody. */
const requested: string[] = [];
vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
	const url = String(input instanceof Request ? input.url : input);
	if (!url.startsWith('https://api.shop.example/')) return new Response('no', { status: 401 });
	requested.push(url);
	const orders = [
		{ id: 1, total: 12.5, placed_at: '2024-01-31T10:00:00Z', paid: true, note: 'key canary-5d1c' },
		{ id: 2, total: 7, placed_at: '2024-02-01T08:30:00Z', paid: false, note: null },
	];
	if (url.includes('/orders')) return Response.json({ response: { data: orders, tags: ['a'] }, links: { next: '/v1/orders?page=2' } });
	return url.includes('/empty') ? Response.json({ data: [] }) : new Response('no such thing', { status: 404 });
});
afterAll(() => vi.restoreAllMocks());

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const { connections } = (await callTool(account, 'list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	files = connections.find(({ type }) => type === 'r2')?.id ?? 0;
	database = connections.find(({ type }) => type === 'sqlite')?.id ?? 0;
	dead = await aConnection('acme', { name: 'dead', type: 'http', config: { base_url: 'https://api.refusing.example' } });
	shop = await aConnection('acme', {
		name: 'shop',
		type: 'http',
		config: { base_url: 'https://api.shop.example/v1', auth: 'bearer' },
		secrets: { token: 'canary-5d1c' },
	});
	await put('sales/orders.csv', 'id,customer,amount,day\n1,Ann,10.50,2024-01-31\n2,Bob,7,2024-02-01\nthree,Bob,7,2024-02-01\n');
	await put('sales/plain.txt', "1;'a;b';9007199254740993\n2;c;4\n");
});

describe('test_connection', () => {
	test('tells that a connection works, and that one does not, as an answer', async () => {
		expect((await callTool(account, 'test_connection', { connection_id: files })).structuredContent).toMatchObject({ success: true, error_message: null });
		const broken = await callTool(account, 'test_connection', { connection_id: dead });
		expect(broken.isError, textOf(broken)).not.toBe(true);
		expect(broken.structuredContent).toMatchObject({ connection_id: dead, success: false, error_message: expect.stringMatching(/\w/) });
	});

	test('takes the type as a check: the type itself or its kind', async () => {
		for (const connection_type of ['sqlite', 'database'])
			expect((await callTool(account, 'test_connection', { connection_id: database, connection_type })).structuredContent).toMatchObject({ success: true });
		const other = await callTool(account, 'test_connection', { connection_id: database, connection_type: 'cloud_storage' });
		expect(codeOf(other)).toBe('invalid_input');
		expect(textOf(other)).toContain('is of type sqlite');
	});
});

test('list_connections with include_health tells the last outcome, and without it nothing more than before', async () => {
	await callTool(account, 'test_connection', { connection_id: dead });
	const { connections } = (await callTool(account, 'list_connections', { include_health: true })).structuredContent as { connections: { id: number }[] };
	expect(connections.find(({ id }) => id === dead)).toEqual({
		id: dead,
		name: 'dead',
		type: 'http',
		status: 'failed',
		last_checked_at: expect.stringMatching(/^20/),
		last_check_message: expect.stringMatching(/\w/),
	});
	const plain = (await callTool(account, 'list_connections')).structuredContent as { connections: object[] };
	expect(Object.keys(plain.connections[0] ?? {})).toEqual(['id', 'name', 'type', 'status']);
});

describe('discover_file_schema', () => {
	const discover = (args: object) => callTool(account, 'discover_file_schema', { connection_id: files, ...args });

	test('gives fields that a source component takes as they are', async () => {
		const { structuredContent } = await discover({ path: 'sales/orders.csv' });
		expect(structuredContent).toEqual({
			connection_id: files,
			path: 'sales/orders.csv',
			field_count: 4,
			column_names: ['id', 'customer', 'amount', 'day'],
			fields: [
				{ name: 'id', type: 'string' },
				{ name: 'customer', type: 'string' },
				{ name: 'amount', type: expect.any(String) },
				{ name: 'day', type: 'date' },
			],
		});
		const source = {
			cloud_storage_source_component: { id: 'in', name: 'in', connection_id: files, path: 'sales/orders.csv', fields: structuredContent?.['fields'] },
		};
		const valid = await callTool(account, 'validate_package', {
			flow_type: 'dataflow',
			components: [source, { result_destination_component: { id: 'out', name: 'out' } }],
			edges: [{ source: 'in', target: 'out' }],
		});
		expect(valid.structuredContent).toMatchObject({ status: 'valid' });
	});

	test('looks at as many lines as it is told to', async () => {
		const { structuredContent } = await discover({ path: 'sales/orders.csv', lines: 3 });
		expect(structuredContent).toMatchObject({ fields: [{ name: 'id', type: 'integer' }, {}, {}, {}] });
	});

	test('reads files of other spellings', async () => {
		const { structuredContent } = await discover({ path: 'sales/plain.txt', delimiter: ';', quote: "'", header_row: false });
		expect(structuredContent).toMatchObject({ field_count: 3, fields: [{ type: 'integer' }, { type: 'string' }, { type: 'long' }] });
		expect((await discover({ path: 'sales/plain.txt', record_type: 'raw' })).structuredContent).toMatchObject({ fields: [{ name: 'data', type: 'string' }] });
	});

	test('reads the columns of Parquet and Excel files, and of compressed ones', async () => {
		const schema: Schema = [
			{ name: 'id', type: { kind: 'long' } },
			{ name: 'price', type: { kind: 'decimal', precision: 10, scale: 2 } },
		];
		const [ids, prices] = schema.map(({ type }) => vectorBuilder(type, 1));
		ids?.push(7);
		prices?.push(1250);
		const columns = [ids, prices].flatMap((builder) => (builder === undefined ? [] : [builder.finish()]));
		const parquet = encoderOf({ type: 'parquet' }, schema);
		const bytes = [parquet.encode({ schema, length: 1, columns }), parquet.finish()].map((part) => new Uint8Array(part));
		await put('other/prices.parquet', await new Blob(bytes).arrayBuffer());
		expect((await discover({ path: 'other/prices.parquet' })).structuredContent).toMatchObject({
			fields: [
				{ name: 'id', type: 'long' },
				{ name: 'price', type: 'decimal(10,2)' },
			],
		});
		const sheet = (name: string) => `<row r="1"><c r="A1" t="inlineStr"><is><t>${name}</t></is></c></row><row r="2"><c r="A2"><v>4</v></c></row>`;
		await put('other/book.xlsx', workbookOf({ First: sheet('count'), Second: sheet('total') }));
		expect((await discover({ path: 'other/book.xlsx' })).structuredContent).toMatchObject({ column_names: ['count'] });
		expect((await discover({ path: 'other/book.xlsx', sheet: 'Second' })).structuredContent).toMatchObject({ column_names: ['total'] });
		const gzip = new Response(new Blob(['day\n2024-01-31\n']).stream().pipeThrough(new CompressionStream('gzip')));
		await put('other/days.csv.gz', await gzip.arrayBuffer());
		expect((await discover({ path: 'other/days.csv.gz' })).structuredContent).toMatchObject({ fields: [{ name: 'day', type: 'date' }] });
	});

	test('says what is wrong: a path, a spelling, a connection', async () => {
		expect(textOf(await discover({ path: 'sales/order.csv' }))).toContain('sales/orders.csv');
		expect(textOf(await discover({ path: 'sales/orders.csv', delimiter: '"' }))).toContain('both');
		expect(textOf(await discover({ path: 'sales/orders.csv', char_encoding: 'utf-9' }))).toContain('utf-9');
		const table = await callTool(account, 'discover_file_schema', { connection_id: database, path: 'x.csv' });
		expect(codeOf(table)).toBe('not_found');
		expect(textOf(table)).toContain('not a file storage connection');
	});
});

describe('discover_file_schema of an API', () => {
	const discover = (args: object) => callTool(account, 'discover_file_schema', { connection_id: shop, ...args });

	test('finds the records, their columns and whether there are more pages, and shows no credential', async () => {
		const found = await discover({ path: 'orders', query: { status: 'paid' } });
		expect(found.structuredContent, textOf(found)).toMatchObject({
			field_count: 5,
			fields: [
				{ name: 'id', type: 'integer' },
				{ name: 'total', type: expect.stringMatching(/decimal|double/) },
				{ name: 'placed_at', type: 'datetime' },
				{ name: 'paid', type: 'boolean' },
				{ name: 'note', type: 'string' },
			],
			base_record: '$.response.data',
			pagination: 'auto',
			sample: [{ id: 1, paid: true, note: 'key [redacted]' }, { id: 2 }],
		});
		expect(requested.at(-1)).toBe('https://api.shop.example/v1/orders?status=paid');
		expect(JSON.stringify(found)).not.toContain('canary');
	});

	test.each([
		[{ path: 'nothing' }, 'upstream', 'the API answered 404 to GET nothing: no such thing'],
		[{ path: 'empty' }, 'invalid_input', 'has no records at $.data'],
		[{ path: 'orders', base_record: '$.orders' }, 'invalid_input', 'Its list seems to be at $.response.data'],
		[{ path: 'orders', delimiter: ';', sheet: 'x' }, 'invalid_input', 'sheet, delimiter are for files'],
		[{ path: '../admin' }, 'invalid_input', 'cannot be read as a path'],
	])('says of %j what is wrong and what is valid', async (args, code, words) => {
		const refused = await discover(args);
		expect([codeOf(refused), textOf(refused)]).toEqual([code, expect.stringContaining(words)]);
	});

	test('and a package that names no fields is checked against it', async () => {
		const components = (field: string) => [
			{ rest_api_source_component: { id: 'orders', name: 'orders', connection_id: shop, path: 'orders', base_record: '$.response.data' } },
			{ filter_component: { id: 'large', name: 'large', expression: `${field} > 10` } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		];
		const edges = [
			{ source: 'orders', target: 'large' },
			{ source: 'large', target: 'out' },
		];
		const validated = async (field: string) =>
			(await callTool(account, 'validate_package', { flow_type: 'dataflow', components: components(field), edges })).structuredContent;
		expect(await validated('total')).toMatchObject({ status: 'valid', warnings: [] });
		expect(await validated('totl')).toMatchObject({ status: 'invalid', errors: [{ component: 'large', hint: expect.stringContaining('total') }] });
	});
});
