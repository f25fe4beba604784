import { env, runDurableObjectAlarm } from 'cloudflare:test';
import { expect, test } from 'vitest';
import type { ConnectorEnv, EmbeddedDatabase, SqlAnswer, TableStore } from '../../../src/connectors/connector.ts';
import { sqlite } from '../../../src/connectors/sqlite/index.ts';
import { aBatch, aDestination, land, rowsOf, run, type } from '../../connectors/suite/rows.ts';

const DAY = 86_400_000;
const objectOf = (account: number) => env.DATABASES.getByName(`database:${account}`);
const databaseOf = (account: number) => objectOf(account) as unknown as EmbeddedDatabase;
const connectorEnv = { database: databaseOf } as unknown as ConnectorEnv;
const open = async (account = 1) => (await sqlite.open({ accountId: account, config: {}, secrets: {} }, connectorEnv)) as TableStore;
const named = (table: string) => ({ schema: null, table });

async function value<T>(answer: Promise<SqlAnswer<T>>): Promise<T> {
	const given = await answer;
	if (!given.ok) throw new Error(given.message);
	return given.value;
}

test('the embedded database undoes a write that comes as a read, whatever let it through', async () => {
	const database = databaseOf(2);
	const options = { maxRows: 10, maxBytes: 1000, readOnly: true };
	await value(database.transact([{ sql: 'CREATE TABLE t (a)', bindings: [] }], { undo: false }));
	for (const sql of ['INSERT INTO t VALUES (1)', 'CREATE TABLE u (a)', 'WITH x AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM x', 'DROP TABLE t']) {
		const answer = await database.query({ sql, bindings: [] }, options);
		// SQLite counts nothing where an empty table is dropped; undone it is all the same.
		if (!sql.startsWith('DROP')) expect(answer, sql).toEqual({ ok: false, reason: 'wrote', message: '' });
	}
	const left = await value(database.query({ sql: "SELECT name FROM pragma_table_list WHERE name IN ('t', 'u')", bindings: [] }, options));
	expect(left.packed).toBe('[["t"]]');
	expect((await value(database.query({ sql: 'SELECT count(*) FROM t', bindings: [] }, options))).packed).toBe('[[0]]');
});

test('the embedded database keeps a query as it was at its first page, whatever is written between the pages', async () => {
	const store = await open(3);
	await land(store, aDestination('moving', { n: 'integer' }), [
		aBatch(
			{ n: 'integer' },
			Array.from({ length: 100 }, (_, i) => [i]),
		),
	]);
	const read = {
		from: { query: 'SELECT n FROM moving', parameters: [] },
		columns: [{ source: 'n', name: 'n', type: type('integer') }],
		where: null,
		splitBy: null,
		pageRows: 40,
	};
	const first = await store.readPage(read, null);
	await run(store, 'DELETE FROM moving');
	const second = await store.readPage(read, first.cursor);
	const third = await store.readPage(read, second.cursor);
	expect([first, second, third].map((page) => page.batch.length)).toEqual([40, 40, 20]);
	expect(rowsOf(third.batch).at(-1)).toEqual([99]);
	expect(third.cursor).toBeNull();
});

test('the embedded database keeps each account apart', async () => {
	await run(await open(4), 'CREATE TABLE mine (a)');
	expect(await (await open(5)).describe(named('mine'))).toBeNull();
});

test('the embedded database sweeps the staging of runs that never ended and results nobody reads on, and leaves the rest', async () => {
	const store = await open(6);
	const fields = { n: 'integer' };
	const left = store.writer({ destination: aDestination('left', fields), owner: 'run_left', mergeCondition: null });
	const going = store.writer({ destination: aDestination('going', fields), owner: 'run_going', mergeCondition: null });
	for (const writer of [left, going]) {
		await writer.begin();
		await writer.write(aBatch(fields, [[1]]), 0);
	}
	await land(store, aDestination('done', fields), [aBatch(fields, [[1], [2]])], { owner: 'run_done' });
	const read = {
		from: { query: 'SELECT n FROM done', parameters: [] },
		columns: [{ source: 'n', name: 'n', type: type('integer') }],
		where: null,
		splitBy: null,
		pageRows: 1,
	};
	const [old, fresh] = [await store.readPage(read, null), await store.readPage(read, null)];
	await value(
		databaseOf(6).transact(
			[
				{ sql: "UPDATE __hg_ledger SET at = ? WHERE owner IN ('run_left', 'run_done')", bindings: [Date.now() - 8 * DAY] },
				{ sql: 'UPDATE __hg_snapshot SET used_at = ? WHERE id = ?', bindings: [Date.now() - 3 * DAY, String(old.cursor).slice('snapshot '.length, -2)] },
			],
			{ undo: false },
		),
	);
	expect(await runDurableObjectAlarm(objectOf(6))).toBe(true);
	await expect(left.commit()).rejects.toMatchObject({ code: 'conflict' });
	await expect(left.write(aBatch(fields, [[2]]), 1)).rejects.toMatchObject({ code: 'conflict' });
	expect(await going.commit()).toEqual({ rows: 1 });
	expect(await store.writer({ destination: aDestination('done', fields), owner: 'run_done', mergeCondition: null }).commit()).toEqual({ rows: 2 });
	await expect(store.readPage(read, old.cursor)).rejects.toMatchObject({ code: 'conflict' });
	expect((await store.readPage(read, fresh.cursor)).batch.length).toBe(1);
	expect(await runDurableObjectAlarm(objectOf(6))).toBe(true);
});

test('the embedded database leaves no alarm behind when there is nothing to sweep', async () => {
	await (await open(7)).check();
	expect(await runDurableObjectAlarm(objectOf(7))).toBe(false);
});

test('the embedded database keeps no result that is larger than it may, and nothing of it', async () => {
	const store = await open(8);
	await land(
		store,
		aDestination('many', { n: 'integer' }),
		[
			aBatch(
				{ n: 'integer' },
				Array.from({ length: 50 }, (_, n) => [n]),
			),
		],
		{ owner: 'run_many' },
	);
	const keep = (maxBytes: number) => databaseOf(8).snapshot({ sql: 'SELECT a.n FROM many AS a, many AS b', bindings: [] }, { pageRows: 10, maxBytes });
	expect(await keep(1000)).toEqual({ ok: false, reason: 'large', message: '' });
	expect(
		await value(databaseOf(8).query({ sql: 'SELECT count(*) FROM __hg_snapshot_page', bindings: [] }, { maxRows: 1, maxBytes: 100, readOnly: true })),
	).toMatchObject({ packed: '[[0]]' });
	expect(await keep(100_000)).toMatchObject({ ok: true });
});

async function staged(store: TableStore, table: string, fields: Readonly<Record<string, string>>, rows: readonly (readonly unknown[])[], more = {}) {
	const writer = store.writer({ destination: aDestination(table, fields, more), owner: `run_${table}`, mergeCondition: null });
	await writer.begin();
	await writer.write(aBatch(fields, rows as never), 0);
	return writer;
}

test('the embedded database refuses a row for a reference only where no row of the same commit is meant, earlier or later', async () => {
	const store = await open(11);
	await run(store, "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id), kind TEXT CHECK (kind <> 'bad'))");
	const writer = await staged(store, 'tree', { id: 'integer', parent: 'integer', kind: 'string' }, [
		[3, 2, 'a'],
		[2, 1, 'a'],
		[4, 1, 'bad'],
		[5, 9, 'a'],
		[6, 5, 'a'],
		[1, null, 'a'],
	]);
	const found = (await writer.rehearse?.()) ?? [];
	expect(found.map(({ place, message }) => [place, message.slice(0, 11)])).toEqual([
		[2, 'CHECK const'],
		[3, 'FOREIGN KEY'],
		[4, 'FOREIGN KEY'],
	]);
	expect(await writer.commit(found.map(({ place }) => place))).toEqual({ rows: 3 });
});

test('the embedded database knows the rules of a table however they are written', async () => {
	const store = await open(12);
	await run(store, 'CREATE TABLE spaced (id INTEGER, k TEXT, PRIMARY /* of it */\n\tKEY (k))');
	const writer = await staged(store, 'spaced', { id: 'integer', k: 'string' }, [
		[1, 'a'],
		[2, 'a'],
	]);
	expect(((await writer.rehearse?.()) ?? []).map(({ place }) => place)).toEqual([1]);
});

test.each(['merge_update_insert', 'merge_delete_insert'] as const)('the embedded database tries each row of a %s beside those before it', async (operation) => {
	const store = await open(13);
	await run(store, `CREATE TABLE ${operation} (id INTEGER, n INTEGER CHECK (n > 0)); INSERT INTO ${operation} VALUES (1, 1), (1, 2), (2, 2)`);
	const rows = [
		[1, 10],
		[3, -1],
		[2, 20],
		[2, 21],
		[null, 5],
		[4, -4],
	];
	const writer = await staged(store, operation, { id: 'integer', n: 'integer' }, rows, { operation, mergeKeys: ['id'] });
	const found = (await writer.rehearse?.()) ?? [];
	expect(found.map(({ place }) => place)).toEqual([1, 5]);
	await writer.commit([1, 5]);
	const { batch } = await store.execute({ sql: `SELECT id, n FROM ${operation} ORDER BY n`, parameters: [] }, { maxRows: 10, readOnly: true });
	const twice = operation === 'merge_update_insert' ? [[1, 10]] : [];
	expect(rowsOf(batch)).toEqual([[null, 5], [1, 10], ...twice, [2, 21]]);
});
