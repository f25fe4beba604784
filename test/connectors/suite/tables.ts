import { beforeAll, describe, expect, test } from 'vitest';
import type { TableStore } from '../../../src/connectors/connector.ts';
import type { Value } from '../../../src/data/types.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run, type } from './rows.ts';

export interface TablesUnderTest {
	/** A fresh connection on the same system: what a restarted run would open. */
	open(): Promise<TableStore>;
	/** `"name"` as this system quotes it. */
	quote(name: string): string;
	/** Types the system has no column for and gives back as another. */
	readonly types?: Readonly<Record<string, string>>;
	/** Its transactions cover several statements and tables. */
	readonly transactional: boolean;
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
	const q = system.quote;
	const named = (table: string) => ({ schema: null, table });

	describe(`${name} keeps the promises of a table store`, () => {
		let store: TableStore;
		beforeAll(async () => {
			store = await system.open();
		});

		test('its check succeeds and says what it did', async () => {
			const result = await store.check();
			expect(result).toMatchObject({ ok: true });
			expect(result.message).not.toBe('');
		});

		test.each(EVERY_TYPE)('values of type %s come back exactly as they went in, nulls too', async (kind, values) => {
			const table = `every_${kind.replace(/\W/g, '_')}`;
			const rows = [...values, null].map((value, index) => [index, value] as const);
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

		describe('writing', () => {
			const fields = { id: 'integer', name: 'string' };
			const batch = (...rows: (readonly Value[])[]) => aBatch(fields, rows);
			const contents = async (table: string, of: Readonly<Record<string, string>> = fields) =>
				(await readAll(store, named(table), of)).rows.sort((a, b) => Number(a[0]) - Number(b[0]) || String(a[1]).localeCompare(String(b[1])));

			test('nothing is seen before the commit, everything after it', async () => {
				await land(store, aDestination('staged', fields), [batch([1, 'before'])]);
				const writer = store.writer({ destination: aDestination('staged', fields), owner: 'run_9_staged', mergeCondition: null });
				await writer.begin();
				await writer.write(batch([2, 'after']), 0);
				expect(await contents('staged')).toEqual([[1, 'before']]);
				expect(await writer.commit()).toEqual({ rows: 1 });
				expect(await contents('staged')).toEqual([
					[1, 'before'],
					[2, 'after'],
				]);
			});

			test('every step may be repeated, also by another connection: no row is lost, none doubled', async () => {
				const write = { destination: aDestination('repeated', fields), owner: 'run_10_repeated', mergeCondition: null };
				for (let attempt = 0; attempt < 2; attempt++) await (await system.open()).writer(write).begin();
				for (let attempt = 0; attempt < 2; attempt++) await (await system.open()).writer(write).write(batch([1, 'a'], [2, 'b']), 0);
				await (await system.open()).writer(write).begin();
				for (let attempt = 0; attempt < 2; attempt++) await (await system.open()).writer(write).write(batch([3, 'c']), 1);
				for (let attempt = 0; attempt < 3; attempt++) expect(await (await system.open()).writer(write).commit()).toEqual({ rows: 3 });
				expect(await contents('repeated')).toEqual([
					[1, 'a'],
					[2, 'b'],
					[3, 'c'],
				]);
			});

			test('an aborted write leaves the table as it was and no staging; aborting again is fine', async () => {
				await land(store, aDestination('aborted', fields), [batch([1, 'kept'])]);
				const writer = store.writer({
					destination: aDestination('aborted', fields, { operation: 'truncate_and_insert' }),
					owner: 'run_11_aborted',
					mergeCondition: null,
				});
				await writer.begin();
				await writer.write(batch([2, 'lost']), 0);
				await writer.abort();
				await writer.abort();
				expect(await contents('aborted')).toEqual([[1, 'kept']]);
				await expect(writer.commit()).rejects.toMatchObject({ code: 'conflict' });
				expect(await contents('aborted')).toEqual([[1, 'kept']]);
			});

			test('aborting what is committed changes nothing', async () => {
				const writer = store.writer({ destination: aDestination('abort_late', fields), owner: 'run_12_abort_late', mergeCondition: null });
				await writer.begin();
				await writer.write(batch([1, 'a']), 0);
				await writer.commit();
				await writer.abort();
				expect(await contents('abort_late')).toEqual([[1, 'a']]);
				expect(await writer.commit()).toEqual({ rows: 1 });
			});

			test.each(['truncate_and_insert', 'delete_and_insert'] as const)('%s replaces all rows', async (operation) => {
				const table = `replaced_${operation}`;
				await land(store, aDestination(table, fields), [batch([1, 'old'], [2, 'old'])]);
				await land(store, aDestination(table, fields, { operation }), [batch([3, 'new'])]);
				expect(await contents(table)).toEqual([[3, 'new']]);
			});

			const wide = { id: 'integer', name: 'string', score: 'integer' };

			test('merge_update_insert changes the mapped columns of matching rows only and inserts what is new; the last of equal keys counts', async () => {
				await land(store, aDestination('merged', wide, { operation: 'merge_update_insert', mergeKeys: ['id'] }), [
					aBatch(wide, [
						[1, 'one', 10],
						[2, 'two', 20],
					]),
				]);
				const rows = await land(store, aDestination('merged', fields, { operation: 'merge_update_insert', mergeKeys: ['id'] }), [
					batch([2, 'TWO'], [3, 'first']),
					batch([3, 'three']),
				]);
				expect(rows).toBe(3);
				expect(await contents('merged', wide)).toEqual([
					[1, 'one', 10],
					[2, 'TWO', 20],
					[3, 'three', null],
				]);
			});

			test('merge_delete_insert replaces matching rows whole', async () => {
				await land(store, aDestination('merged_whole', wide, { operation: 'merge_delete_insert', mergeKeys: ['id'] }), [
					aBatch(wide, [
						[1, 'one', 10],
						[2, 'two', 20],
					]),
				]);
				await land(store, aDestination('merged_whole', fields, { operation: 'merge_delete_insert', mergeKeys: ['id'] }), [
					batch([2, 'TWO'], [3, 'three'], [3, 'THREE']),
				]);
				expect(await contents('merged_whole', wide)).toEqual([
					[1, 'one', 10],
					[2, 'TWO', null],
					[3, 'THREE', null],
				]);
			});

			test('several merge keys match together, and a null key matches nothing', async () => {
				const keyed = { id: 'integer', name: 'string', part: 'string' };
				const merge = { operation: 'merge_update_insert' as const, mergeKeys: ['id', 'part'] };
				await land(store, aDestination('merged_keys', keyed, merge), [
					aBatch(keyed, [
						[1, 'a', 'x'],
						[1, 'b', 'y'],
						[2, 'c', null],
					]),
				]);
				await land(store, aDestination('merged_keys', keyed, merge), [
					aBatch(keyed, [
						[1, 'A', 'x'],
						[2, 'd', null],
					]),
				]);
				expect(await contents('merged_keys', keyed)).toEqual([
					[1, 'A', 'x'],
					[1, 'b', 'y'],
					[2, 'c', null],
					[2, 'd', null],
				]);
			});

			test.each(['merge_update_insert', 'merge_delete_insert'] as const)(
				'%s leaves a row as it is where the merge condition is not true',
				async (operation) => {
					const table = `conditional_${operation}`;
					const merge = { operation, mergeKeys: ['id'] };
					await land(store, aDestination(table, wide, merge), [
						aBatch(wide, [
							[1, 'one', 10],
							[2, 'two', 20],
							[4, 'four', null],
						]),
					]);
					const mergeCondition = {
						sql: `source.${q('score')} > target.${q('score')} AND source.${q('score')} < ?`,
						parameters: [{ type: type('integer'), value: 1000 }],
					};
					await land(
						store,
						aDestination(table, wide, merge),
						[
							aBatch(wide, [
								[1, 'ONE', 5],
								[2, 'TWO', 25],
								[3, 'THREE', 1],
								[4, 'FOUR', 1],
							]),
						],
						{ mergeCondition },
					);
					expect(await contents(table, wide)).toEqual([
						[1, 'one', 10],
						[2, 'TWO', 25],
						[3, 'THREE', 1],
						[4, 'four', null],
					]);
				},
			);

			test('pre SQL runs before the rows, post SQL behind them, with bound values', async () => {
				await land(store, aDestination('framed', fields), [batch([1, 'gone'], [2, 'kept'])]);
				await land(
					store,
					aDestination('framed', fields, {
						preSql: { sql: `DELETE FROM ${q('framed')} WHERE id = ?`, parameters: [{ type: type('integer'), value: 1 }] },
						postSql: { sql: `UPDATE ${q('framed')} SET name = ? WHERE id = 3;`, parameters: [{ type: type('string'), value: "post's" }] },
					}),
					[batch([3, 'new'])],
				);
				expect(await contents('framed')).toEqual([
					[2, 'kept'],
					[3, "post's"],
				]);
			});

			if (system.transactional)
				test('a commit that fails at its last statement leaves everything as it was, and can be tried again', async () => {
					await land(store, aDestination('undone', fields), [batch([1, 'old'])]);
					const destination = aDestination('undone', fields, {
						operation: 'truncate_and_insert',
						postSql: { sql: `INSERT INTO ${q('undone_log')} VALUES (1)`, parameters: [] },
					});
					const writer = store.writer({ destination, owner: 'run_13_undone', mergeCondition: null });
					await writer.begin();
					await writer.write(batch([2, 'new']), 0);
					await expect(writer.commit()).rejects.toMatchObject({ code: 'upstream', message: expect.stringContaining('undone_log') });
					expect(await contents('undone')).toEqual([[1, 'old']]);
					await run(store, `CREATE TABLE ${q('undone_log')} (id INTEGER)`);
					expect(await writer.commit()).toEqual({ rows: 1 });
					expect(await contents('undone')).toEqual([[2, 'new']]);
				});

			test('a table that is not there is refused before any row where it may not be made', async () => {
				const writer = store.writer({ destination: aDestination('stagd', fields, { createTable: false }), owner: 'run_14', mergeCondition: null });
				await expect(writer.begin()).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('create_table') });
			});

			test('a column that is not there is refused with the nearest name, or added where that is allowed', async () => {
				await land(store, aDestination('growing', { id: 'integer', customer: 'string' }), []);
				const misspelt = { id: 'integer', custmer: 'string' };
				const writer = store.writer({ destination: aDestination('growing', misspelt), owner: 'run_15', mergeCondition: null });
				await expect(writer.begin()).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('customer') });
				const grown = { id: 'integer', city: 'string' };
				await land(store, aDestination('growing', grown, { addMissingColumns: true }), [aBatch(grown, [[1, 'Bern']])]);
				expect(await contents('growing', { id: 'integer', customer: 'string', city: 'string' })).toEqual([[1, null, 'Bern']]);
			});

			test('values of a type the column cannot keep are refused before any row, with the cast that would do', async () => {
				await land(store, aDestination('typed', { id: 'integer', amount: 'long' }), []);
				const writer = store.writer({ destination: aDestination('typed', { id: 'integer', amount: 'string' }), owner: 'run_16', mergeCondition: null });
				await expect(writer.begin()).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('cast(amount as long)') });
			});

			test('a value that does not fit its column is a rejected row, and the others are written', async () => {
				await land(store, aDestination('narrow', { id: 'integer', n: 'integer', d: 'decimal(5,2)' }), []);
				const wider = { id: 'integer', n: 'long', d: 'decimal(20,4)' };
				const writer = store.writer({ destination: aDestination('narrow', wider), owner: 'run_17', mergeCondition: null });
				await writer.begin();
				const rejected = await writer.write(
					aBatch(wider, [
						[1, 7, 123_4500],
						[2, 3_000_000_000, 0],
						[3, 8, 1_2345],
						[4, 9, 123_456_0000],
					]),
					0,
				);
				expect(rejected.map(({ row, field }) => [row, field])).toEqual([
					[1, 'n'],
					[2, 'd'],
					[3, 'd'],
				]);
				expect(rejected[0]?.message).toContain('3000000000');
				expect(await writer.commit()).toEqual({ rows: 1 });
				expect(await contents('narrow', { id: 'integer', n: 'integer', d: 'decimal(5,2)' })).toEqual([[1, 7, 12345]]);
			});

			test('merge keys that are missing or not written are refused before any row', async () => {
				const merge = (mergeKeys: string[]) =>
					store
						.writer({ destination: aDestination('keyless', fields, { operation: 'merge_update_insert', mergeKeys }), owner: 'run_18', mergeCondition: null })
						.begin();
				await expect(merge([])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('merge_keys') });
				await expect(merge(['nam'])).rejects.toMatchObject({ code: 'invalid_input', hint: 'Did you mean name?' });
			});

			test('names with blanks, quotes, capitals and reserved words are only names', async () => {
				const odd = { 'Order "1"; --': 'integer', select: 'string', "it's": 'string' };
				const table = 'Odd "table"; DROP';
				await land(store, aDestination(table, odd, { operation: 'merge_update_insert', mergeKeys: ['select'] }), [aBatch(odd, [[1, 'k', 'v']])]);
				await land(store, aDestination(table, odd, { operation: 'merge_update_insert', mergeKeys: ['select'] }), [aBatch(odd, [[2, 'k', 'w']])]);
				expect((await readAll(store, named(table), odd)).rows).toEqual([[2, 'k', 'w']]);
			});

			test('many rows in many batches all arrive', async () => {
				const many = Array.from({ length: 20 }, (_, b) => batch(...Array.from({ length: 1000 }, (_, i) => [b * 1000 + i, `row ${b}-${i}`])));
				expect(await land(store, aDestination('many', fields), many)).toBe(20_000);
				const counted = await store.execute(
					{ sql: `SELECT count(*) AS n, count(DISTINCT id) AS d FROM ${q('many')}`, parameters: [] },
					{ maxRows: 1, readOnly: true },
				);
				expect(rowsOf(counted.batch)).toEqual([[20_000, 20_000]]);
			}, 60_000);
		});
	});
}
