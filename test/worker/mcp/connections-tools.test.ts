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

const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';
const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const put = (path: string, body: BodyInit) =>
	fetchGateway(`/acme/api/files/${path}`, { method: 'PUT', headers: { Authorization: `Bearer ${account.token}` }, body });

/** The outside network: an API that refuses everybody. */
vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('no', { status: 401 }));
afterAll(() => vi.restoreAllMocks());

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const { connections } = (await callTool(account, 'list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	files = connections.find(({ type }) => type === 'r2')?.id ?? 0;
	database = connections.find(({ type }) => type === 'sqlite')?.id ?? 0;
	dead = await aConnection('acme', { name: 'dead', type: 'http', config: { base_url: 'https://api.refusing.example' } });
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
