import { env } from 'cloudflare:test';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectorEnv, EmbeddedDatabase, TableStore } from '../../../src/connectors/connector.ts';
import { sqlite } from '../../../src/connectors/sqlite/index.ts';
import type { Value } from '../../../src/data/types.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run, type } from '../../connectors/suite/rows.ts';

const databaseOf = (account: number) => env.DATABASES.getByName(`database:${account}`) as unknown as EmbeddedDatabase;
const connectorEnv = { database: databaseOf } as unknown as ConnectorEnv;
const open = async (account = 1) => (await sqlite.open({ accountId: account, config: {}, secrets: {} }, connectorEnv)) as TableStore;

const bare = (sql: string) => ({ sql, parameters: [] });
const named = (table: string) => ({ schema: null, table });

async function select(store: TableStore, sql: string): Promise<Value[][]> {
	return rowsOf((await store.execute(bare(sql), { maxRows: 1000, readOnly: true })).batch);
}

describe('exactness', () => {
	test('any doubles, longs, decimals and texts come back bit for bit', async () => {
		const store = await open();
		const fields = { id: 'integer', d: 'double', l: 'long', e: 'decimal(38,12)', s: 'string' };
		const row = fc.tuple(
			fc.double({ noNaN: true }).map((double) => (Object.is(double, -0) ? 0 : double)),
			fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
			fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
			fc.string({ unit: 'binary' }),
		);
		const safe = (big: bigint) => (big >= -9_007_199_254_740_991n && big <= 9_007_199_254_740_991n ? Number(big) : big);
		let attempt = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(row, { minLength: 50, maxLength: 200 }), async (rows) => {
				const table = `exact_${attempt++}`;
				const values = rows.map(([d, l, e, s], id) => [id, d, safe(l), safe(e), s] as const);
				await land(store, aDestination(table, fields), [aBatch(fields, values)]);
				expect((await readAll(store, named(table), fields, { pageRows: 77 })).rows).toEqual(values);
				expect((await readAll(store, { query: `SELECT * FROM ${table}`, parameters: [] }, fields, { pageRows: 77 })).rows).toEqual(values);
			}),
			{ numRuns: 30 },
		);
	}, 60_000);

	test('decimals that a double holds sort and sum as numbers in SQL', async () => {
		const store = await open();
		const fields = { price: 'decimal(38,2)' };
		await land(store, aDestination('prices', fields), [aBatch(fields, [[1000], [900], [-50], [12_345_678_901_234_567_890n]])]);
		expect(await select(store, 'SELECT price FROM prices WHERE price < 10 ORDER BY price')).toEqual([[-50], [900]]);
		expect(await select(store, 'SELECT price FROM prices WHERE price > 9.5 ORDER BY price')).toEqual([[1000], [12_345_678_901_234_567_890n]]);
		expect(await select(store, 'SELECT CAST(price AS TEXT) AS digits, sum(price) OVER () > 1e17 AS summed FROM prices ORDER BY price DESC LIMIT 1')).toEqual([
			['123456789012345678.90', 1],
		]);
	});

	test('bound integers are integers to SQLite, not reals', async () => {
		const store = await open();
		const parameters = [
			{ type: type('integer'), value: 5 },
			{ type: type('long'), value: '9007199254740993' },
			{ type: type('boolean'), value: true },
			{ type: type('datetime'), value: '2024-01-01T02:00:00+02:00' },
			{ type: type('binary'), value: 'AP8=' },
			{ type: type('decimal(30,1)'), value: '12345678901234567890.5' },
			{ type: type('string'), value: "it's\u0000here" },
			{ type: type('double'), value: 0.1 },
		];
		const sql = 'SELECT ? / 2 AS a, ? AS b, typeof(?) AS c, ? AS d, hex(?) AS e, CAST(? AS TEXT) AS f, hex(?) AS g, ? AS h';
		const expected = [[2, 9_007_199_254_740_993n, 'integer', '2024-01-01 00:00:00', '00FF', '12345678901234567890.5', '6974277300' + '68657265', 0.1]];
		expect(rowsOf((await store.execute({ sql, parameters }, { maxRows: 1, readOnly: true })).batch)).toEqual(expected);
		const described = await store.describeQuery(sql, parameters);
		expect(described.map((field) => field.type.kind)).toEqual(['long', 'long', 'string', 'string', 'string', 'string', 'string', 'double']);
	});

	test('an expression over variables needs no name where its value is wanted, and one of its own where columns are', async () => {
		const store = await open();
		await run(store, 'CREATE TABLE q (c0 INTEGER); INSERT INTO q VALUES (3)');
		const parameters = [{ type: type('integer'), value: 5 }];
		const read = { maxRows: 10, readOnly: false };
		for (const sql of ['SELECT ? * 10', 'SELECT c0 * ? * 10 / 3 FROM q', 'WITH q AS (SELECT 10 AS c0) SELECT c0 * ? FROM q', 'VALUES (? * 10)'])
			expect(rowsOf((await store.execute({ sql, parameters }, read)).batch)).toEqual([[50]]);
		await expect(store.describeQuery('SELECT c0, c0 * ? FROM q', parameters)).rejects.toMatchObject({
			message: 'Column 2 of the query, c0 * CAST(? AS INTEGER), has no name of its own.',
		});
		expect(await store.describeQuery('SELECT c0 + 1, c0 * ? AS more FROM q WHERE c0 < ?', [...parameters, ...parameters])).toEqual([
			{ name: 'c0 + 1', type: type('long') },
			{ name: 'more', type: type('long') },
		]);
	});

	test('a text that a numeric column name would change is a rejected row', async () => {
		const store = await open();
		await run(store, 'CREATE TABLE codes (code STRING)');
		const fields = { code: 'string' };
		const writer = store.writer({ destination: aDestination('codes', fields), owner: 'run_1_codes', mergeCondition: null });
		await writer.begin();
		const rejected = await writer.write(aBatch(fields, [['007'], ['7'], ['A7'], ['1.0']]), 0);
		expect(rejected.map((row) => row.row)).toEqual([0, 3]);
		expect(rejected[0]?.message).toContain('"007" would turn into a number');
		await writer.commit();
		expect((await readAll(store, named('codes'), fields)).rows).toEqual([['7'], ['A7']]);
	});

	test('infinities are kept, NaN and nulls in NOT NULL columns are rejected rows', async () => {
		const store = await open();
		await run(store, 'CREATE TABLE odd_numbers (d REAL NOT NULL)');
		const fields = { d: 'double' };
		const writer = store.writer({ destination: aDestination('odd_numbers', fields), owner: 'run_1_odd', mergeCondition: null });
		await writer.begin();
		const rejected = await writer.write(aBatch(fields, [[Number.POSITIVE_INFINITY], [Number.NaN], [null], [Number.NEGATIVE_INFINITY]]), 0);
		expect(rejected.map((row) => [row.row, row.message])).toEqual([
			[1, 'SQLite has no NaN; it would become null.'],
			[2, 'The column d takes no null.'],
		]);
		await writer.commit();
		const expected = [[Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]];
		expect((await readAll(store, named('odd_numbers'), fields)).rows).toEqual(expected);
		expect((await readAll(store, { query: 'SELECT d FROM odd_numbers', parameters: [] }, fields, { pageRows: 1 })).rows).toEqual(expected);
	});

	test('a cell that is not of its column type is null and told beside the page, and reads as a string', async () => {
		const store = await open();
		await run(store, "CREATE TABLE mixed (n INTEGER); INSERT INTO mixed VALUES (1), ('n/a')");
		const columns = [{ source: 'n', name: 'n', type: type('long') }];
		const page = await store.readPage({ from: named('mixed'), columns, where: null, splitBy: null, pageRows: 10 }, null);
		expect(rowsOf(page.batch)).toEqual([[1], [null]]);
		expect(page.misfits).toEqual([
			{ row: 1, column: 0, value: '"n/a"', message: expect.stringMatching(/^"n\/a" in the column n of the table mixed is not long\. SQLite keeps any value/) },
		]);
		expect((await readAll(store, named('mixed'), { n: 'string' })).rows).toEqual([['1'], ['n/a']]);
	});

	test('expressions get the narrowest type their values have; integers that RETURNING would round are refused', async () => {
		const store = await open();
		await run(store, 'CREATE TABLE base (n BIGINT); INSERT INTO base VALUES (9007199254740993), (2)');
		expect(await store.describeQuery("SELECT n, n + 1 AS more, n / 2.0 AS half, 'x' || n AS label, NULL AS blank, n AS n FROM base", [])).toEqual([
			{ name: 'n', type: type('long') },
			{ name: 'more', type: type('long') },
			{ name: 'half', type: type('double') },
			{ name: 'label', type: type('string') },
			{ name: 'blank', type: type('string') },
			{ name: 'n:1', type: type('long') },
		]);
		expect(await select(store, 'SELECT n + 1 AS more FROM base ORDER BY n DESC')).toEqual([[9_007_199_254_740_994n], [3]]);
		const write = { maxRows: 10, readOnly: false };
		await expect(store.execute(bare('UPDATE base SET n = n + 1 RETURNING n'), write)).rejects.toMatchObject({ hint: 'Return it as text: CAST(n AS TEXT).' });
	});

	test("a query's own order is kept when its columns are selected exactly", async () => {
		const store = await open();
		await land(store, aDestination('ordered', { n: 'integer' }), [
			aBatch(
				{ n: 'integer' },
				Array.from({ length: 500 }, (_, i) => [(i * 7) % 500]),
			),
		]);
		const expected = Array.from({ length: 500 }, (_, i) => [499 - i]);
		expect((await readAll(store, { query: 'SELECT n FROM ordered ORDER BY n DESC', parameters: [] }, { n: 'integer' }, { pageRows: 33 })).rows).toEqual(
			expected,
		);
		expect(await select(store, 'SELECT n FROM ordered ORDER BY n DESC')).toEqual(expected);
	});
});

describe('limits', () => {
	test('more than 100 columns are refused before any row', async () => {
		const store = await open();
		const fields = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`c${i}`, 'integer']));
		const writer = store.writer({ destination: aDestination('broad', fields), owner: 'run_1_broad', mergeCondition: null });
		await expect(writer.begin()).rejects.toMatchObject({ code: 'limit', message: 'The table broad would have 101 columns; the embedded database takes 100.' });
	});

	test('a row past 2 MB is a rejected row; large rows below that arrive', async () => {
		const store = await open();
		const fields = { id: 'integer', text: 'string', bytes: 'binary' };
		const large = '😀é'.repeat(200_000);
		const bytes = new Uint8Array(300_000).fill(7);
		const rows = [
			[1, large, bytes],
			[2, 'x'.repeat(2_100_000), null],
			[3, 'small', null],
		];
		const writer = store.writer({ destination: aDestination('large', fields), owner: 'run_1_large', mergeCondition: null });
		await writer.begin();
		const rejected = await writer.write(aBatch(fields, rows), 0);
		expect(rejected.map((row) => row.row)).toEqual([1]);
		expect(await writer.commit()).toEqual({ rows: 2 });
		expect((await readAll(store, named('large'), fields)).rows).toEqual([rows[0], rows[2]]);
		expect((await readAll(store, { query: 'SELECT * FROM large', parameters: [] }, fields, { pageRows: 1 })).rows).toEqual([rows[0], rows[2]]);
	});
});
