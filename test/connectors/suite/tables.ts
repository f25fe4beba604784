import { beforeAll, describe, expect, test } from 'vitest';
import type { TableStore } from '../../../src/connectors/connector.ts';
import type { Value } from '../../../src/data/types.ts';
import { quoteIn } from '../../../src/lib/quote-name.ts';
import { aBatch, aDestination, land, readAll, rowsOf, type } from './rows.ts';
import { writing } from './table-writing.ts';

export interface TablesUnderTest {
	/** A fresh connection on the same system: what a restarted run would open. */
	open(): Promise<TableStore>;
	/** Types the system has no column for and gives back as another. */
	readonly types?: Readonly<Record<string, string>>;
	/** False for values of a type that the system's column cannot keep; they are left out. */
	keeps?(kind: string, value: Value): boolean;
	/** How the system spells an UPDATE, where not as standard SQL does. */
	update?(table: string, set: string, where: string): string;
	/** Its transactions cover several statements and tables. */
	readonly transactional: boolean;
	/** SQL that holds a table's rows until it is ended, and that counts who waits for them. */
	readonly holds?: { readonly sql: (table: string) => string; readonly waiting: string };
}

const EVERY_TYPE: readonly (readonly [string, readonly Value[]])[] = [
	['string', ['plain', '', "it's; -- not a comment", 'Zürich 😀\n\ttab', '007', 'NULL', '\\N', '\\']],
	['integer', [0, -1, 2_147_483_647, -2_147_483_648]],
	['long', [0, 9_007_199_254_740_991, 9_007_199_254_740_993n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n]],
	['float', [0, 1.5, Math.fround(0.1), -3.4028234663852886e38]],
	['double', [0, 0.1, 1 / 3, 1.7976931348623157e308, 5e-324, -123456789.12345679]],
	['decimal(12,2)', [0, 10, 1230, -999_999_999_999, 1]],
	['decimal(38,10)', [0, 1, 12_345_678_901_234_567_890_123_456_789_012_345_678n, -12_345_678_901_234_567_890n, 10_000_000_000]],
	['boolean', [true, false]],
	['date', [0, 19_723, -25_567, 2_932_896]],
	['datetime', [0, 1_704_067_200_000, 1_704_067_200_123, 1_704_067_200_123.456, -2_208_988_800_000]],
	['json', ['{"a":[1,2.50,null],"n":12345678901234567890}', '1.10', '"text"', '[]']],
	['binary', [new Uint8Array([0, 1, 255]), new Uint8Array(0), new TextEncoder().encode("it's")]],
];

/** What every connector of kind `tables` promises. One suite, run against each of them on a real system. */
export function tablesConformance(name: string, system: TablesUnderTest): void {
	let q = (name: string) => name;
	const named = (table: string) => ({ schema: null, table });

	describe(`${name} keeps the promises of a table store`, () => {
		let store: TableStore;
		beforeAll(async () => {
			store = await system.open();
			q = (name) => quoteIn(store.dialect, name);
		});

		test('its check succeeds and says what it did', async () => {
			const result = await store.check();
			expect(result).toMatchObject({ ok: true });
			expect(result.message).not.toBe('');
		});

		test.each(EVERY_TYPE)('values of type %s come back exactly as they went in, nulls too', async (kind, values) => {
			const table = `every_${kind.replace(/\W/g, '_')}`;
			const rows = [...values.filter((value) => system.keeps?.(kind, value) ?? true), null].map((value, index) => [index, value] as const);
			const fields = { id: 'integer', value: kind };
			expect(await land(store, aDestination(table, fields), [aBatch(fields, rows)])).toBe(rows.length);
			const back = await readAll(store, named(table), fields);
			expect(back.rows.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(rows);
			const described = await store.describe(named(table));
			expect(described?.map((column) => [column.name, column.type])).toEqual([
				['id', type(system.types?.['integer'] ?? 'integer')],
				['value', type(system.types?.[kind] ?? kind)],
			]);
			const queried = await store.describeQuery(`SELECT value, id FROM ${q(table)}`, []);
			expect(queried).toEqual([
				{ name: 'value', type: type(system.types?.[kind] ?? kind) },
				{ name: 'id', type: type(system.types?.['integer'] ?? 'integer') },
			]);
		});

		test('a table that is not there is null to describe and not_found with the nearest name to read', async () => {
			await land(store, aDestination('passengers', { id: 'integer' }), []);
			expect(await store.describe(named('pasengers'))).toBeNull();
			await expect(readAll(store, named('pasengers'), { id: 'integer' })).rejects.toMatchObject({
				code: 'not_found',
				hint: expect.stringContaining('passengers'),
			});
		});

		test('a column that is not there is refused with the nearest name, not read as a text', async () => {
			await land(store, aDestination('planes', { wingspan: 'double' }), [aBatch({ wingspan: 'double' }, [[1]])]);
			await expect(readAll(store, named('planes'), { wingspn: 'double' })).rejects.toMatchObject({
				code: 'invalid_input',
				hint: expect.stringContaining('wingspan'),
			});
		});

		test('tables are listed by name, searched and paged with the total', async () => {
			for (const table of ['listed_b', 'listed_a', 'listed_c']) await land(store, aDestination(table, { id: 'integer' }), []);
			const all = await store.listTables({ schema: null, search: 'LISTED_', limit: 2, offset: 0 });
			expect(all.tables.map((found) => found.table)).toEqual(['listed_a', 'listed_b']);
			expect(all.total).toBe(3);
			const rest = await store.listTables({ schema: null, search: 'LISTED_', limit: 2, offset: 2 });
			expect(rest.tables.map((found) => found.table)).toEqual(['listed_c']);
			const none = await store.listTables({ schema: null, search: '%', limit: 2, offset: 0 });
			expect(none).toEqual({ tables: [], total: 0 });
			const everything = await store.listTables({ schema: null, search: null, limit: 1000, offset: 0 });
			expect(everything.tables.filter((found) => /hg_|sqlite_|_cf_/.test(found.table))).toEqual([]);
		});

		test('a table is read page by page, every row once, also by another connection in the middle', async () => {
			const fields = { id: 'integer', label: 'string' };
			const rows = Array.from({ length: 2500 }, (_, i) => [i, `row ${i}`]);
			await land(store, aDestination('paged', fields), [aBatch(fields, rows)]);
			const { rows: back, pages } = await readAll(store, named('paged'), fields);
			expect(back.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(rows);
			expect(pages).toBeGreaterThanOrEqual(3);
			const read = { from: named('paged'), columns: [{ source: 'id', name: 'id', type: type('integer') }], where: null, splitBy: null, pageRows: 400 };
			const seen: Value[] = [];
			let cursor: string | null = null;
			do {
				const connection = await system.open();
				const page = await connection.readPage(read, cursor);
				const again = await (await system.open()).readPage(read, cursor);
				expect(rowsOf(again.batch)).toEqual(rowsOf(page.batch));
				seen.push(...rowsOf(page.batch).map((row) => row[0] ?? null));
				cursor = page.cursor;
				await connection.close();
			} while (cursor !== null);
			expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(rows.map((row) => row[0]));
		});

		test('a query with parameters and a condition is read page by page, every row once', async () => {
			const fields = { id: 'integer', city: 'string' };
			const rows = Array.from({ length: 2300 }, (_, i) => [i, i % 2 === 0 ? 'Bern' : 'Rome']);
			await land(store, aDestination('queried', fields), [aBatch(fields, rows)]);
			const from = {
				query: `SELECT id, city FROM ${q('queried')} WHERE city = ? AND id >= ? -- the even ones`,
				parameters: [
					{ type: type('string'), value: 'Bern' },
					{ type: type('integer'), value: 100 },
				],
			};
			const { rows: back } = await readAll(store, from, fields, {
				pageRows: 500,
				where: { sql: `t.${q('id')} < ?`, parameters: [{ type: type('long'), value: '2000' }] },
			});
			expect(back.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(rows.filter(([id, city]) => city === 'Bern' && Number(id) >= 100 && Number(id) < 2000));
		});

		test('an empty table gives one empty page with its columns', async () => {
			await land(store, aDestination('empty', { id: 'integer' }), []);
			const read = { from: named('empty'), columns: [{ source: 'id', name: 'renamed', type: type('integer') }], where: null, splitBy: null, pageRows: 10 };
			const page = await store.readPage(read, null);
			expect(page.cursor).toBeNull();
			expect(page.batch.schema).toEqual([{ name: 'renamed', type: type('integer') }]);
			expect(page.batch.length).toBe(0);
		});

		test('execute gives rows back, cut at the number asked for, and counts what a statement wrote', async () => {
			await land(store, aDestination('executed', { id: 'long' }), [aBatch({ id: 'long' }, [[1], [2], [9_007_199_254_740_993n]])]);
			const read = await store.execute({ sql: `SELECT id FROM ${q('executed')} ORDER BY id`, parameters: [] }, { maxRows: 2, readOnly: true });
			expect(rowsOf(read.batch)).toEqual([[1], [2]]);
			expect(read.truncated).toBe(true);
			const exact = await store.execute(
				{ sql: `SELECT id FROM ${q('executed')} WHERE id > ?`, parameters: [{ type: type('long'), value: '9007199254740992' }] },
				{ maxRows: 10, readOnly: true },
			);
			expect(rowsOf(exact.batch)).toEqual([[9_007_199_254_740_993n]]);
			expect(exact.truncated).toBe(false);
		});

		test('a statement that writes is refused where only reading is allowed, and changes nothing', async () => {
			await land(store, aDestination('guarded', { id: 'integer' }), [aBatch({ id: 'integer' }, [[1]])]);
			const statements = [
				`DELETE FROM ${q('guarded')}`,
				`DROP TABLE ${q('guarded')}`,
				`INSERT INTO ${q('guarded')} VALUES (2)`,
				`SELECT 1; DELETE FROM ${q('guarded')}`,
				`CREATE TABLE sneaked (id INTEGER)`,
			];
			for (const sql of statements) {
				await expect(store.execute({ sql, parameters: [] }, { maxRows: 10, readOnly: true }), sql).rejects.toMatchObject({ name: 'AppError' });
				await expect(store.describeQuery(sql, []), sql).rejects.toMatchObject({ name: 'AppError' });
				await expect(readAll(store, { query: sql, parameters: [] }, { id: 'integer' }), sql).rejects.toMatchObject({ name: 'AppError' });
			}
			expect((await readAll(store, named('guarded'), { id: 'integer' })).rows).toEqual([[1]]);
			expect(await store.describe(named('sneaked'))).toBeNull();
		});

		test('SQL the database refuses is told in its own words, and is not worth another try', async () => {
			await expect(store.execute({ sql: 'SELEC 1', parameters: [] }, { maxRows: 1, readOnly: false })).rejects.toMatchObject({
				code: 'upstream',
				retryable: false,
			});
			await expect(store.execute({ sql: `SELECT nowhere FROM ${q('nothing_here')}`, parameters: [] }, { maxRows: 1, readOnly: true })).rejects.toMatchObject({
				code: 'upstream',
				retryable: false,
				message: expect.stringContaining('nothing_here'),
			});
		});
		writing(system, () => store);
	});
}
