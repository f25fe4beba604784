import { afterEach, describe, expect, test } from 'vitest';
import type { RefusedRow, RejectedRow, TableStore, TableWrite } from '../../../src/connectors/connector.ts';
import type { Value } from '../../../src/data/types.ts';
import type { TableDestination } from '../../../src/plan/endpoints.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run } from './rows.ts';

export interface RefusalsUnderTest {
	open(): Promise<TableStore>;
	/** More refused rows than this are an error. */
	readonly most: number;
	/** What the system says of a key that is there, a check, a reference that leads nowhere. */
	readonly says: { readonly key: string; readonly check: string; readonly reference: string };
	/** SQL that holds a table's rows until it is ended, and that counts who waits for them. */
	readonly holds: { readonly sql: (table: string) => string; readonly waiting: string };
}

/** Opens connections, and closes them behind each test: a server has no hundreds of them. */
export function closing(open: () => Promise<TableStore>): () => Promise<TableStore> {
	const opened: TableStore[] = [];
	afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())));
	return async () => {
		const store = await open();
		opened.push(store);
		return store;
	};
}

const FIELDS = { id: 'integer', kind: 'string', owner: 'integer' };

/** The places and words of what is refused, and how many rows the commit that leaves them out moved; each step by a connection of its own. */
export async function landRefused(
	open: () => Promise<TableStore>,
	write: TableWrite,
	batches: readonly (readonly (readonly Value[])[])[],
	fields: Readonly<Record<string, string>> = FIELDS,
): Promise<{ refused: readonly RefusedRow[]; rows: number; rejected: RejectedRow[] }> {
	const writer = async () => (await open()).writer(write);
	await (await writer()).begin();
	const rejected: RejectedRow[] = [];
	for (const [sequence, rows] of batches.entries()) rejected.push(...(await (await writer()).write(aBatch(fields, rows), sequence)));
	const refused = (await (await writer()).rehearse?.()) ?? [];
	expect(await (await writer()).rehearse?.()).toEqual(refused);
	const without = refused.map(({ place }) => place);
	const { rows } = await (await writer()).commit(without);
	expect(await (await writer()).commit(without)).toEqual({ rows });
	return { refused, rows, rejected };
}

/** The promises of a table store whose rows constraints refuse one by one. */
export function refusing(system: RefusalsUnderTest): void {
	const named = (table: string) => ({ schema: null, table });
	const contents = async (table: string) => (await readAll(await system.open(), named(table), FIELDS)).rows.sort((a, b) => Number(a[0]) - Number(b[0]));
	const destination = (table: string, more: Partial<TableDestination> = {}) => aDestination(table, FIELDS, { createTable: false, ...more });
	const ruled = async (table: string, rows = '') => {
		const store = await system.open();
		await run(store, `CREATE TABLE ${table}_owners (id int PRIMARY KEY); INSERT INTO ${table}_owners VALUES (1), (2)`);
		await run(
			store,
			`CREATE TABLE ${table} (id int PRIMARY KEY, kind varchar(20) UNIQUE CHECK (kind <> 'bad'), owner int, FOREIGN KEY (owner) REFERENCES ${table}_owners (id))`,
		);
		if (rows !== '') await run(store, `INSERT INTO ${table} VALUES ${rows}`);
	};
	const { key, check, reference } = system.says;
	const why = (refused: readonly RefusedRow[]) =>
		refused.map(({ place, message }) => [place, [key, check, reference].find((word) => message.includes(word)) ?? message]);

	describe('rows that rules of a table refuse', () => {
		test('are found by their places before the commit, which leaves them out; each step may be done by another connection and again', async () => {
			await ruled('ruled', "(1, 'there', 1)");
			const write = { destination: destination('ruled'), owner: 'run_30_ruled', mergeCondition: null };
			const { refused, rows, rejected } = await landRefused(system.open, write, [
				[
					[1, 'a', 1],
					[2, 'there', 1],
					[null, 'no key', 1],
					[3, 'c', 1],
				],
				[
					[4, 'bad', 1],
					[5, 'e', 9],
					[3, 'f', 1],
					[6, 'c', 1],
					[6, 'g', null],
				],
			]);
			expect(rejected).toMatchObject([{ row: 2, field: 'id', class: 'constraint' }]);
			expect(why(refused)).toEqual([
				[0, key],
				[1, key],
				[3, check],
				[4, reference],
				[5, key],
				[6, key],
			]);
			expect(rows).toBe(2);
			expect(await contents('ruled')).toEqual([
				[1, 'there', 1],
				[3, 'c', 1],
				[6, 'g', null],
			]);
		});

		test('are none where all rows are taken, and looking for them leaves the table as it was, and those that refer to it', async () => {
			await ruled('taken', "(1, 'there', 1)");
			const store = await system.open();
			await run(store, 'CREATE TABLE taken_by (id int, FOREIGN KEY (id) REFERENCES taken (id) ON DELETE CASCADE); INSERT INTO taken_by VALUES (1)');
			const referring = async () => (await readAll(await system.open(), named('taken_by'), { id: 'integer' })).rows;
			const writer = store.writer({ destination: destination('taken', { operation: 'delete_and_insert' }), owner: 'run_31_taken', mergeCondition: null });
			await writer.begin();
			await writer.write(aBatch(FIELDS, [[1, 'new', 2]]), 0);
			expect(await writer.rehearse?.()).toEqual([]);
			expect(await contents('taken')).toEqual([[1, 'there', 1]]);
			expect(await referring()).toEqual([[1]]);
			expect(await writer.commit([])).toEqual({ rows: 1 });
			expect(await contents('taken')).toEqual([[1, 'new', 2]]);
			expect(await referring()).toEqual([]);
		});

		test.each(['truncate_and_insert', 'delete_and_insert'] as const)('are judged beside each other alone by %s', async (operation) => {
			const table = `ruled_${operation}`;
			await ruled(table, "(1, 'a', 1), (2, 'b', 1)");
			const write = { destination: destination(table, { operation }), owner: `run_32_${operation}`, mergeCondition: null };
			const rows = [
				[1, 'a', 1],
				[3, 'a', 1],
				[3, 'c', 8],
				[4, 'd', 2],
			];
			expect(why((await landRefused(system.open, write, [rows])).refused)).toEqual([
				[1, key],
				[2, reference],
			]);
			expect(await contents(table)).toEqual([rows[0], rows[3]]);
		});

		test.each(['merge_update_insert', 'merge_delete_insert'] as const)(
			'are left out of %s, and of equal keys the last that is taken counts',
			async (operation) => {
				const table = `ruled_${operation}`;
				await ruled(table, "(1, 'a', 1), (2, 'b', 1)");
				const write = { destination: destination(table, { operation, mergeKeys: ['id'] }), owner: `run_33_${operation}`, mergeCondition: null };
				const { refused, rows } = await landRefused(system.open, write, [
					[
						[1, 'older', 2],
						[1, 'bad', 1],
						[2, 'newer', 2],
						[3, 'bad', 1],
						[4, 'd', 7],
					],
					[
						[4, 'd', 1],
						[5, 'd', 1],
						[6, 'f', 2],
						[6, 'bad', 2],
						[7, 'g', 7],
					],
				]);
				// The fifth row is never met: the sixth counts in its place.
				expect(why(refused)).toEqual([
					[1, check],
					[3, check],
					[6, key],
					[8, check],
					[9, reference],
				]);
				expect(rows).toBe(5);
				expect(await contents(table)).toEqual([
					[1, 'older', 2],
					[2, 'newer', 2],
					[4, 'd', 1],
					[6, 'f', 2],
				]);
			},
		);

		test('that others refer to are not replaced', async () => {
			await ruled('referred', "(1, 'a', 1), (2, 'b', 1)");
			await run(await system.open(), 'CREATE TABLE referring (id int, FOREIGN KEY (id) REFERENCES referred (id)); INSERT INTO referring VALUES (2)');
			const write = { destination: destination('referred', { operation: 'merge_delete_insert', mergeKeys: ['id'] }), owner: 'run_34', mergeCondition: null };
			const rows = [
				[1, 'x', 1],
				[2, 'y', 1],
				[3, 'z', 1],
			];
			expect((await landRefused(system.open, write, [rows])).refused).toMatchObject([{ place: 1 }]);
			expect(await contents('referred')).toEqual([rows[0], [2, 'b', 1], rows[2]]);
		});

		test('are found wherever they are among many', async () => {
			await ruled('scattered', "(0, 'k0', 1), (1999, 'k1999', 1), (1998, 'k1998', 1)");
			const isBad = (id: number) => id === 0 || id >= 1998 || id % 97 === 50 || (id >= 700 && id < 720);
			const batches = [0, 1, 2, 3].map((part) =>
				Array.from({ length: 500 }, (_, row) => part * 500 + row).map((id) => [id, `k${id}`, isBad(id) && id > 0 && id < 1998 ? 5 : 1]),
			);
			const { refused, rows } = await landRefused(system.open, { destination: destination('scattered'), owner: 'run_35', mergeCondition: null }, batches);
			const expected = Array.from({ length: 2000 }, (_, id) => id).filter(isBad);
			expect(refused.map(({ place }) => place)).toEqual(expected);
			expect(rows).toBe(2000 - expected.length);
			expect(await contents('scattered')).toHaveLength(2000 - expected.length + 3);
		});

		test('that are too many are an error that says so, and the write can still be given up', async () => {
			await ruled('too_many');
			const writer = (await system.open()).writer({ destination: destination('too_many'), owner: 'run_36', mergeCondition: null });
			await writer.begin();
			await writer.write(
				aBatch(
					FIELDS,
					Array.from({ length: system.most + 2 }, (_, id) => [id, null, id === 0 ? 1 : 9]),
				),
				0,
			);
			await expect(writer.rehearse?.()).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining(`more than ${system.most} of the rows`) });
			expect(await writer.abort()).toBe(false);
			expect(await contents('too_many')).toEqual([]);
		});

		test('are refused by the commit where others wrote since, which says so and changes nothing', async () => {
			await ruled('raced');
			const store = await system.open();
			const writer = store.writer({ destination: destination('raced'), owner: 'run_37', mergeCondition: null });
			await writer.begin();
			await writer.write(
				aBatch(FIELDS, [
					[1, 'a', 1],
					[2, 'bad', 1],
					[3, 'c', 1],
				]),
				0,
			);
			const refused = await writer.rehearse?.();
			expect(refused).toMatchObject([{ place: 1 }]);
			await run(await system.open(), "INSERT INTO raced VALUES (3, 'theirs', 2)");
			await expect(writer.commit([1])).rejects.toMatchObject({
				code: 'upstream',
				retryable: false,
				message: expect.stringContaining(key),
				hint: expect.stringContaining('others changed the table since'),
			});
			expect(await contents('raced')).toEqual([[3, 'theirs', 2]]);
			expect(await writer.abort()).toBe(false);
		});

		test('are not looked for where pre SQL may change what they meet; neither it nor post SQL is run before the commit', async () => {
			await ruled('framed_rules', "(1, 'a', 1)");
			await run(await system.open(), 'CREATE TABLE framed_log (id int)');
			const sql = { sql: 'INSERT INTO framed_log VALUES (1)', parameters: [] };
			const logged = async () =>
				rowsOf((await (await system.open()).execute({ sql: 'SELECT id FROM framed_log', parameters: [] }, { maxRows: 9, readOnly: true })).batch);
			const clash = async (owner: string, more: Partial<TableDestination>) => {
				const writer = (await system.open()).writer({ destination: destination('framed_rules', more), owner, mergeCondition: null });
				await writer.begin();
				await writer.write(aBatch(FIELDS, [[1, 'b', 1]]), 0);
				return writer;
			};
			const behind = await clash('run_38', { postSql: sql });
			expect(await behind.rehearse?.()).toMatchObject([{ place: 0 }]);
			expect(await logged()).toEqual([]);
			const before = await clash('run_39', { preSql: sql });
			expect(await before.rehearse?.()).toEqual([]);
			expect(await logged()).toEqual([]);
			await expect(before.commit([])).rejects.toMatchObject({ code: 'upstream', hint: expect.stringContaining('pre_sql') });
			expect(await behind.commit([0])).toEqual({ rows: 0 });
			expect(await logged()).toEqual([[1]]);
		});

		test('are found by another connection where an interrupt ended the search', async () => {
			await ruled('held_rules', "(1, 'a', 1)");
			const [holder, searching, looking] = [await system.open(), await system.open(), await system.open()];
			const count = async () =>
				Number(rowsOf((await looking.execute({ sql: system.holds.waiting, parameters: [] }, { maxRows: 1, readOnly: true })).batch)[0]?.[0]);
			const write = { destination: destination('held_rules', { operation: 'delete_and_insert' }), owner: 'run_40', mergeCondition: null };
			const writer = searching.writer(write);
			await writer.begin();
			await writer.write(
				aBatch(FIELDS, [
					[1, 'bad', 1],
					[2, 'b', 1],
				]),
				0,
			);
			const before = await count();
			const held = expect(run(holder, system.holds.sql('held_rules'))).rejects.toMatchObject({ code: 'upstream' });
			while ((await count()) === before);
			const search = expect(writer.rehearse?.()).rejects.toMatchObject({ code: 'upstream', retryable: true });
			while ((await count()) === before + 1);
			searching.interrupt();
			await search;
			holder.interrupt();
			await held;
			expect(await contents('held_rules')).toEqual([[1, 'a', 1]]);
			const again = (await system.open()).writer(write);
			expect(await again.rehearse?.()).toMatchObject([{ place: 0 }]);
			expect(await again.commit([0])).toEqual({ rows: 1 });
			expect(await contents('held_rules')).toEqual([[2, 'b', 1]]);
		});

		test('need no looking for where nothing but the keys of a merge is there', async () => {
			const own = { destination: aDestination('own_rules', FIELDS, { operation: 'merge_update_insert', mergeKeys: ['id'] }), mergeCondition: null };
			await land(await system.open(), own.destination, [aBatch(FIELDS, [[1, 'a', 1]])]);
			const write = { ...own, owner: 'run_41' };
			expect(
				await landRefused(system.open, write, [
					[
						[1, 'b', 1],
						[2, 'c', 1],
					],
				]),
			).toEqual({ refused: [], rows: 2, rejected: [] });
		});
	});
}
