import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { previewData } from '../../../src/operations/connections/preview-data.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, inDatabase, world } from './world.ts';

beforeEach(freshGateway);

/** An account whose embedded database has 300 orders. */
async function withOrders() {
	const made = world();
	const { principal } = await anOwner(made.context, 'acme');
	await inDatabase(
		made.context,
		1,
		['CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, amount REAL, big INTEGER)'],
		['CREATE TABLE audit (id INTEGER)'],
		[
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
			INSERT INTO orders SELECT i, iif(i % 3 = 0, 'Rome', iif(i % 3 = 1, 'São Paulo', NULL)), i * 10.5, 9007199254740993 FROM n`,
		],
	);
	const preview = (input: object = {}) => previewData(made.context, principal, { connection_id: 2, table: 'orders', ...input });
	return { ...made, principal, preview };
}

describe('preview_data', () => {
	test('gives 20 rows with their columns, numbers past 2^53 whole', async () => {
		const { preview } = await withOrders();
		const { columns, rows, ...rest } = await preview();
		expect(rest).toEqual({ connection_id: 2, schema_name: null, table: 'orders', row_count: 20, truncated: true });
		expect(columns.map((column) => `${column.name} ${column.type}`)).toEqual(['id long', 'city string', 'amount double', 'big long']);
		expect(rows[0]).toEqual({ id: 1, city: 'São Paulo', amount: 10.5, big: '9007199254740993' });
		expect(rows.map((row) => row['id'])).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
	});

	test('takes one condition of the expression grammar', async () => {
		const { preview } = await withOrders();
		const ids = async (where_clause: string) => (await preview({ where_clause, row_count: 200 })).rows.map((row) => row['id']);
		expect(await ids('amount > 3100')).toEqual([296, 297, 298, 299, 300]);
		expect(await ids("id <= 9 and city = 'Rome'")).toEqual([3, 6, 9]);
		expect(await ids('id <= 6 and city is null')).toEqual([2, 5]);
		expect(await ids("id < 5 and city matches 'S.*'")).toEqual([1, 4]);
		expect(await preview({ where_clause: 'id > 290', row_count: 10 })).toMatchObject({ row_count: 10, truncated: false });
		expect(await preview({ where_clause: 'id > 289', row_count: 10 })).toMatchObject({ row_count: 10, truncated: true });
	});

	test.each([
		'1=1; DROP TABLE orders',
		'1=1 -- all',
		'1=1 /* all */',
		'id in (select id from audit)',
		'exists (select 1)',
		"city = 'x' union select 1",
		'amount',
		'cty = 1',
		'',
		')',
	])('refuses %j and changes nothing', async (where_clause) => {
		const { preview } = await withOrders();
		await expect(preview({ where_clause })).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('rejected') });
		expect((await preview({ row_count: 200 })).row_count).toBe(200);
	});

	test('names the nearest table, and takes between 1 and 200 rows', async () => {
		const { preview } = await withOrders();
		await expect(preview({ table: 'order' })).rejects.toMatchObject({ code: 'not_found', hint: 'Did you mean orders? discover_schema lists all.' });
		for (const row_count of [0, 201]) await expect(preview({ row_count })).rejects.toMatchObject({ code: 'invalid_input' });
	});

	test('is for database connections of the account only', async () => {
		const { preview, context } = await withOrders();
		const { principal: globex } = await anOwner(context, 'globex');
		const words = { code: 'not_found', message: 'connection not found, or not a database connection' };
		await expect(preview({ connection_id: 1 })).rejects.toMatchObject(words);
		await expect(preview({ connection_id: 99 })).rejects.toMatchObject(words);
		await expect(previewData(context, globex, { connection_id: 2, table: 'orders' })).rejects.toMatchObject(words);
	});

	test('cannot reach the tables that the embedded database keeps for itself', async () => {
		const { preview } = await withOrders();
		await expect(preview({ table: '__hg_ledger' })).rejects.toMatchObject({ code: expect.stringMatching(/not_found|invalid_input|forbidden/) });
		await expect(preview({ table: 'sqlite_master' })).rejects.toMatchObject({ code: expect.stringMatching(/not_found|invalid_input|forbidden/) });
		expect(await env.DB.prepare('SELECT count(*) AS n FROM accounts').first()).toEqual({ n: 1 });
	});
});
