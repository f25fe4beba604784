import { describe, expect, inject, test } from 'vitest';
import type { ConnectorEnv, TableStore } from '../../src/connectors/connector.ts';
import { postgresql } from '../../src/connectors/postgresql/index.ts';
import { Secret } from '../../src/lib/secret.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run, type } from './suite/rows.ts';
import { tablesConformance } from './suite/tables.ts';

const server = inject('servers').postgresql;

async function open(config: Readonly<Record<string, unknown>> = {}, password = server.password): Promise<TableStore> {
	const settings = { host: server.host, port: server.port, database: server.database, username: server.username, ssl: 'disable', ...config };
	const env = { allowPrivateHosts: true } as unknown as ConnectorEnv;
	return (await postgresql.open({ accountId: 1, config: settings, secrets: { password: new Secret(password) } }, env)) as TableStore;
}

const named = (table: string) => ({ schema: null, table });

const holds = {
	sql: (table: string) => `LOCK TABLE ${table} IN SHARE MODE; SELECT pg_sleep(600)`,
	// One sleeps and holds, the other waits for the lock.
	waiting: "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' OR wait_event = 'PgSleep'",
};
tablesConformance('postgresql', { open: () => open(), transactional: true, holds });

test('a server that says nothing is not waited for once nobody wants its answer', async () => {
	const store = await open({ port: inject('servers').silent });
	const answer = expect(store.check()).resolves.toMatchObject({ ok: false });
	store.interrupt();
	await answer;
});

test.runIf(server.tls)('TLS is spoken where it is required, and the certificate is verified for the host', async () => {
	const store = await open({ ssl: 'require' });
	const used = await store.execute({ sql: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', parameters: [] }, { maxRows: 1, readOnly: true });
	expect(rowsOf(used.batch)).toEqual([[true]]);
	await store.close();
	expect(await (await open({ ssl: 'require', host: '127.0.0.1' })).check()).toMatchObject({ ok: false });
});

test('a wrong password is told without the password', async () => {
	const result = await (await open({}, 'canary-password')).check();
	expect(result).toMatchObject({ ok: false, message: expect.stringContaining('password authentication failed') });
	expect(result.message).not.toContain('canary');
});

test('a session that is ended under way is worth another try, and the next call has a new one', async () => {
	const store = await open();
	const me = rowsOf((await store.execute({ sql: 'SELECT pg_backend_pid() AS pid', parameters: [] }, { maxRows: 1, readOnly: true })).batch)[0]?.[0];
	await run(await open(), `SELECT pg_terminate_backend(${String(me)})`);
	const failures: unknown[] = [];
	for (let attempt = 0; attempt < 3; attempt++) {
		try {
			await store.listTables({ schema: null, search: null, limit: 1, offset: 0 });
			break;
		} catch (error) {
			failures.push(error);
		}
	}
	expect(failures.length).toBeLessThan(3);
	for (const failure of failures) expect(failure).toMatchObject({ code: 'upstream', retryable: true });
});

test('a server that is not there is worth another try', async () => {
	await expect((await open({ port: 1 })).listTables({ schema: null, search: null, limit: 1, offset: 0 })).rejects.toMatchObject({
		code: 'upstream',
		retryable: true,
	});
});

describe('what only PostgreSQL has', () => {
	test('types without an equal are read as their text, numbers without a precision exactly or not at all', async () => {
		const store = await open();
		await run(
			store,
			`CREATE TYPE mood AS ENUM ('fine', 'bad');
			CREATE TABLE odd (id int PRIMARY KEY, u uuid, m mood, a int[], i interval, j jsonb, n numeric, t timestamp, v varchar(3), c inet);
			INSERT INTO odd VALUES (1, '6f1e8a7e-9f42-4a7e-8f6e-000000000001', 'fine', '{1,2}', '1 day 2 hours', '{"b":1, "a":2.50}', 12.5, '2024-01-01 10:00:00.123456', 'abc', '10.0.0.1')`,
		);
		const described = await store.describe(named('odd'));
		expect(described?.map((column) => column.type.kind)).toEqual([
			'integer',
			'string',
			'string',
			'string',
			'string',
			'json',
			'double',
			'datetime',
			'string',
			'string',
		]);
		const fields = Object.fromEntries((described ?? []).map((column) => [column.name, column.type.kind]));
		expect((await readAll(store, named('odd'), fields)).rows).toEqual([
			[1, '6f1e8a7e-9f42-4a7e-8f6e-000000000001', 'fine', '{1,2}', 'P1DT2H', '{"a":2.50,"b":1}', 12.5, Date.UTC(2024, 0, 1, 10) + 123.456, 'abc', '10.0.0.1'],
		]);
		await run(store, 'UPDATE odd SET n = 9007199254740993');
		const read = { from: named('odd'), columns: [{ source: 'n', name: 'n', type: type('double') }], where: null, splitBy: null, pageRows: 10 };
		expect((await store.readPage(read, null)).misfits).toMatchObject([{ row: 0, column: 0, value: '"9007199254740993"' }]);
		expect((await readAll(store, { query: 'SELECT n::numeric(20,0) AS n FROM odd', parameters: [] }, { n: 'decimal(20,0)' })).rows).toEqual([
			[9_007_199_254_740_993n],
		]);
	});

	test('rows the server does not take are rejected rows with its words, also when the batch is written again', async () => {
		const store = await open();
		await run(store, "CREATE TYPE size AS ENUM ('s', 'l'); CREATE TABLE sized (id int, size size, note varchar(3), u uuid)");
		const fields = { id: 'integer', size: 'string', note: 'string', u: 'string' };
		const rows = [
			[1, 's', 'abc', null],
			[2, 'xl', 'abc', null],
			[3, 'l', 'abcd', null],
			[4, 'l', null, 'no uuid'],
			[5, 'l', '\u0000', null],
			[6, 'l', 'é€😀', null],
		];
		for (let attempt = 0; attempt < 2; attempt++) {
			const writer = store.writer({ destination: aDestination('sized', fields), owner: 'run_20_sized', mergeCondition: null });
			await writer.begin();
			const rejected = await writer.write(aBatch(fields, rows), 0);
			expect(rejected.map((row) => [row.row, row.field])).toEqual([
				[1, 'size'],
				[2, 'note'],
				[3, 'u'],
				[4, 'note'],
			]);
			expect(rejected[0]?.message).toContain('invalid input value for enum size: "xl"');
		}
		expect(await store.writer({ destination: aDestination('sized', fields), owner: 'run_20_sized', mergeCondition: null }).commit()).toEqual({ rows: 2 });
		expect((await readAll(store, named('sized'), { id: 'integer', note: 'string' })).rows).toEqual([
			[1, 'abc'],
			[6, 'é€😀'],
		]);
	});

	test('an ORDER BY of a query is kept, and reads on two cursors do not disturb each other', async () => {
		const store = await open();
		await land(store, aDestination('two_cursors', { n: 'integer' }), [
			aBatch(
				{ n: 'integer' },
				Array.from({ length: 1000 }, (_, i) => [(i * 7) % 1000]),
			),
		]);
		const read = (order: string) => ({
			from: { query: `SELECT n FROM two_cursors ORDER BY n ${order}`, parameters: [] },
			columns: [{ source: 'n', name: 'n', type: type('integer') }],
			where: null,
			splitBy: null,
			pageRows: 300,
		});
		const seen: Record<string, unknown[]> = { ASC: [], DESC: [] };
		const cursors: Record<string, string | null> = { ASC: null, DESC: null };
		for (let page = 0; page < 4; page++) {
			for (const order of ['ASC', 'DESC']) {
				const answer = await store.readPage(read(order), cursors[order] ?? null);
				seen[order]?.push(...rowsOf(answer.batch).map((row) => row[0]));
				cursors[order] = answer.cursor;
			}
		}
		const expected = Array.from({ length: 1000 }, (_, i) => i);
		expect(seen).toEqual({ ASC: expected, DESC: [...expected].reverse() });
		expect(cursors).toEqual({ ASC: null, DESC: null });
	});

	test('large rows close a page before its rows are full', async () => {
		const store = await open();
		await run(store, "CREATE TABLE large_rows AS SELECT i AS id, repeat('x', 500000) AS text FROM generate_series(1, 30) AS i");
		const { rows, pages } = await readAll(store, named('large_rows'), { id: 'integer', text: 'string' });
		expect(rows.map((row) => row[0])).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
		expect(pages).toBeGreaterThan(1);
	});

	test('staging left behind by runs that never ended is dropped when another begins', async () => {
		const store = await open();
		const stale = store.writer({ destination: aDestination('stale', { n: 'integer' }), owner: 'run_stale', mergeCondition: null });
		await stale.begin();
		await stale.write(aBatch({ n: 'integer' }, [[1]]), 0);
		const stages = async () =>
			rowsOf(
				(
					await store.execute(
						{ sql: "SELECT relname FROM pg_class WHERE relname LIKE '\\_headgate\\_stage%' AND relkind = 'r'", parameters: [] },
						{ maxRows: 100, readOnly: true },
					)
				).batch,
			).length;
		const before = await stages();
		await run(store, "UPDATE _headgate_ledger SET at = at - interval '8 days' WHERE owner = 'run_stale'");
		await land(store, aDestination('fresh', { n: 'integer' }), []);
		expect(await stages()).toBe(before - 1);
		await expect(stale.commit()).rejects.toMatchObject({ code: 'conflict' });
	});
});
