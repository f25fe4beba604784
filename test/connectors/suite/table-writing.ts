import { describe, expect, test } from 'vitest';
import type { TableStore } from '../../../src/connectors/connector.ts';
import type { Value } from '../../../src/data/types.ts';
import { quoteIn } from '../../../src/lib/quote-name.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run, type } from './rows.ts';
import type { TablesUnderTest } from './tables.ts';

/** The promises of a table store that is written to. `store` gives the open connection. */
export function writing(system: TablesUnderTest, store: () => TableStore): void {
	const q = (name: string) => quoteIn(store().dialect, name);
	const update = system.update ?? ((table: string, set: string, where: string) => `UPDATE ${table} SET ${set} WHERE ${where}`);
	const named = (table: string) => ({ schema: null, table });

	describe('writing', () => {
		const fields = { id: 'integer', name: 'string' };
		const batch = (...rows: (readonly Value[])[]) => aBatch(fields, rows);
		const contents = async (table: string, of: Readonly<Record<string, string>> = fields) =>
			(await readAll(store(), named(table), of)).rows.sort((a, b) => Number(a[0]) - Number(b[0]) || String(a[1]).localeCompare(String(b[1])));

		test('nothing is seen before the commit, everything after it', async () => {
			await land(store(), aDestination('staged', fields), [batch([1, 'before'])]);
			const writer = store().writer({ destination: aDestination('staged', fields), owner: 'run_9_staged', mergeCondition: null });
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
			await land(store(), aDestination('aborted', fields), [batch([1, 'kept'])]);
			const writer = store().writer({
				destination: aDestination('aborted', fields, { operation: 'truncate_and_insert' }),
				owner: 'run_11_aborted',
				mergeCondition: null,
			});
			await writer.begin();
			await writer.write(batch([2, 'lost']), 0);
			expect(await writer.abort()).toBe(false);
			await writer.abort();
			expect(await contents('aborted')).toEqual([[1, 'kept']]);
			await expect(writer.commit()).rejects.toMatchObject({ code: 'conflict' });
			expect(await contents('aborted')).toEqual([[1, 'kept']]);
		});

		test('aborting what is committed changes nothing', async () => {
			const writer = store().writer({ destination: aDestination('abort_late', fields), owner: 'run_12_abort_late', mergeCondition: null });
			await writer.begin();
			await writer.write(batch([1, 'a']), 0);
			await writer.commit();
			expect(await writer.abort()).toBe(true);
			expect(await contents('abort_late')).toEqual([[1, 'a']]);
			expect(await writer.commit()).toEqual({ rows: 1 });
		});

		test.each(['truncate_and_insert', 'delete_and_insert'] as const)('%s replaces all rows', async (operation) => {
			const table = `replaced_${operation}`;
			await land(store(), aDestination(table, fields), [batch([1, 'old'], [2, 'old'])]);
			await land(store(), aDestination(table, fields, { operation }), [batch([3, 'new'])]);
			expect(await contents(table)).toEqual([[3, 'new']]);
		});

		const wide = { id: 'integer', name: 'string', score: 'integer' };

		test('merge_update_insert changes the mapped columns of matching rows only and inserts what is new; the last of equal keys counts', async () => {
			await land(store(), aDestination('merged', wide, { operation: 'merge_update_insert', mergeKeys: ['id'] }), [
				aBatch(wide, [
					[1, 'one', 10],
					[2, 'two', 20],
				]),
			]);
			const rows = await land(store(), aDestination('merged', fields, { operation: 'merge_update_insert', mergeKeys: ['id'] }), [
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
			await land(store(), aDestination('merged_whole', wide, { operation: 'merge_delete_insert', mergeKeys: ['id'] }), [
				aBatch(wide, [
					[1, 'one', 10],
					[2, 'two', 20],
				]),
			]);
			await land(store(), aDestination('merged_whole', fields, { operation: 'merge_delete_insert', mergeKeys: ['id'] }), [
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
			await land(store(), aDestination('merged_keys', keyed, merge), [
				aBatch(keyed, [
					[1, 'a', 'x'],
					[1, 'b', 'y'],
					[2, 'c', null],
				]),
			]);
			await land(store(), aDestination('merged_keys', keyed, merge), [
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

		test.each(['merge_update_insert', 'merge_delete_insert'] as const)('%s leaves a row as it is where the merge condition is not true', async (operation) => {
			const table = `conditional_${operation}`;
			const merge = { operation, mergeKeys: ['id'] };
			await land(store(), aDestination(table, wide, merge), [
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
				store(),
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
		});

		test('pre SQL runs before the rows, post SQL behind them, with bound values', async () => {
			await land(store(), aDestination('framed', fields), [batch([1, 'gone'], [2, 'kept'])]);
			await land(
				store(),
				aDestination('framed', fields, {
					preSql: { sql: `DELETE FROM ${q('framed')} WHERE id = ?`, parameters: [{ type: type('integer'), value: 1 }] },
					postSql: { sql: `${update(q('framed'), 'name = ?', 'id = 3')};`, parameters: [{ type: type('string'), value: "post's" }] },
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
				await land(store(), aDestination('undone', fields), [batch([1, 'old'])]);
				const destination = aDestination('undone', fields, {
					operation: 'truncate_and_insert',
					postSql: { sql: `INSERT INTO ${q('undone_log')} VALUES (1)`, parameters: [] },
				});
				const writer = store().writer({ destination, owner: 'run_13_undone', mergeCondition: null });
				await writer.begin();
				await writer.write(batch([2, 'new']), 0);
				await expect(writer.commit()).rejects.toMatchObject({ code: 'upstream', message: expect.stringContaining('undone_log') });
				expect(await contents('undone')).toEqual([[1, 'old']]);
				await run(store(), `CREATE TABLE ${q('undone_log')} (id INTEGER)`);
				expect(await writer.commit()).toEqual({ rows: 1 });
				expect(await contents('undone')).toEqual([[2, 'new']]);
			});

		const { holds } = system;
		if (holds !== undefined)
			test('a commit that waits for others is ended by an interrupt, here and on the server, and leaves the table as it was', async () => {
				await land(store(), aDestination('held', fields), [batch([1, 'old'])]);
				const [holder, committing, looking] = [await system.open(), await system.open(), await system.open()];
				const count = async () => Number(rowsOf((await looking.execute({ sql: holds.waiting, parameters: [] }, { maxRows: 1, readOnly: true })).batch)[0]?.[0]);
				const destination = aDestination('held', fields, { operation: 'delete_and_insert' });
				const writer = committing.writer({ destination, owner: 'run_19_held', mergeCondition: null });
				await writer.begin();
				await writer.write(batch([2, 'new']), 0);
				const before = await count();
				const held = expect(run(holder, holds.sql(q('held')))).rejects.toMatchObject({ code: 'upstream', retryable: true });
				while ((await count()) === before);
				const commit = expect(writer.commit()).rejects.toMatchObject({ code: 'upstream', retryable: true });
				while ((await count()) === before + 1);
				committing.interrupt();
				await commit;
				holder.interrupt();
				await held;
				expect(await writer.abort()).toBe(false);
				expect(await contents('held')).toEqual([[1, 'old']]);
				// What held the rows would hold them for minutes if its server had not been told.
				await land(store(), destination, [batch([3, 'next'])]);
				expect(await contents('held')).toEqual([[3, 'next']]);
			});

		test('a table that is not there is refused before any row where it may not be made', async () => {
			const writer = store().writer({ destination: aDestination('stagd', fields, { createTable: false }), owner: 'run_14', mergeCondition: null });
			await expect(writer.begin()).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('create_table') });
		});

		test('a column that is not there is refused with the nearest name, or added where that is allowed', async () => {
			await land(store(), aDestination('growing', { id: 'integer', customer: 'string' }), []);
			const misspelt = { id: 'integer', custmer: 'string' };
			const writer = store().writer({ destination: aDestination('growing', misspelt), owner: 'run_15', mergeCondition: null });
			await expect(writer.begin()).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('customer') });
			const grown = { id: 'integer', city: 'string' };
			await land(store(), aDestination('growing', grown, { addMissingColumns: true }), [aBatch(grown, [[1, 'Bern']])]);
			expect(await contents('growing', { id: 'integer', customer: 'string', city: 'string' })).toEqual([[1, null, 'Bern']]);
		});

		test('values of a type the column cannot keep are refused before any row, with the cast that would do', async () => {
			await land(store(), aDestination('typed', { id: 'integer', amount: 'long' }), []);
			const writer = store().writer({ destination: aDestination('typed', { id: 'integer', amount: 'string' }), owner: 'run_16', mergeCondition: null });
			await expect(writer.begin()).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('cast(amount as long)') });
		});

		test('a value that does not fit its column is a rejected row, and the others are written', async () => {
			await land(store(), aDestination('narrow', { id: 'integer', n: 'integer', d: 'decimal(5,2)' }), []);
			const wider = { id: 'integer', n: 'long', d: 'decimal(20,4)' };
			const writer = store().writer({ destination: aDestination('narrow', wider), owner: 'run_17', mergeCondition: null });
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
				store()
					.writer({ destination: aDestination('keyless', fields, { operation: 'merge_update_insert', mergeKeys }), owner: 'run_18', mergeCondition: null })
					.begin();
			await expect(merge([])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('merge_keys') });
			await expect(merge(['nam'])).rejects.toMatchObject({ code: 'invalid_input', hint: 'Did you mean name?' });
		});

		test('names with blanks, quotes, capitals and reserved words are only names', async () => {
			const odd = { 'Order "1"; --': 'integer', select: 'string', "it's": 'string' };
			const table = 'Odd "table"; DROP';
			await land(store(), aDestination(table, odd, { operation: 'merge_update_insert', mergeKeys: ['select'] }), [aBatch(odd, [[1, 'k', 'v']])]);
			await land(store(), aDestination(table, odd, { operation: 'merge_update_insert', mergeKeys: ['select'] }), [aBatch(odd, [[2, 'k', 'w']])]);
			expect((await readAll(store(), named(table), odd)).rows).toEqual([[2, 'k', 'w']]);
		});

		test('many rows in many batches all arrive', async () => {
			const many = Array.from({ length: 20 }, (_, b) => batch(...Array.from({ length: 1000 }, (_, i) => [b * 1000 + i, `row ${b}-${i}`])));
			expect(await land(store(), aDestination('many', fields), many)).toBe(20_000);
			const counted = await store().execute(
				{ sql: `SELECT count(*) AS n, count(DISTINCT id) AS d FROM ${q('many')}`, parameters: [] },
				{ maxRows: 1, readOnly: true },
			);
			expect(rowsOf(counted.batch)).toEqual([[20_000, 20_000]]);
		}, 60_000);
	});
}
