import { describe, expect, inject, test } from 'vitest';
import { clickhouse } from '../../src/connectors/clickhouse/index.ts';
import type { ConnectorEnv, TableStore } from '../../src/connectors/connector.ts';
import { Secret } from '../../src/lib/secret.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run } from './suite/rows.ts';
import { tablesConformance } from './suite/tables.ts';

const server = inject('servers').clickhouse;

async function open(config: Readonly<Record<string, unknown>> = {}, password = server?.password ?? ''): Promise<TableStore> {
	const settings = { url: server?.url, database: server?.database, username: server?.username, ...config };
	const env = { fetch: fetch.bind(globalThis), allowPrivateHosts: true } as unknown as ConnectorEnv;
	return (await clickhouse.open({ accountId: 1, config: settings, secrets: { password: new Secret(password) } }, env)) as TableStore;
}

const named = (table: string) => ({ schema: null, table });

describe.skipIf(server === null)('against ClickHouse', () => {
	tablesConformance('clickhouse', {
		open: () => open(),
		types: { json: 'string', binary: 'string' },
		// Date32 ends in 2299.
		keeps: (kind, value) => !(kind === 'date' && value === 2_932_896),
		update: (table, set, where) => `ALTER TABLE ${table} UPDATE ${set} WHERE ${where}`,
		transactional: false,
	});

	test.each(['append', 'delete_and_insert'] as const)(
		'what a commit of %s shows stays when it breaks off behind that, and is shown once',
		async (operation) => {
			const store = await open();
			const table = `broken_${operation}`;
			const fields = { id: 'integer' };
			await land(store, aDestination(table, fields), [aBatch(fields, [[1]])]);
			const all = async () => (await readAll(store, named(table), fields)).rows.map(([id]) => id).sort();
			const destination = aDestination(table, fields, { operation, postSql: { sql: `INSERT INTO ${table}_log VALUES (1)`, parameters: [] } });
			const broken = async (id: number) => {
				const writer = store.writer({ destination, owner: `run_${id}_${table}`, mergeCondition: null });
				await writer.begin();
				await writer.write(aBatch(fields, [[id]]), 0);
				await expect(writer.commit()).rejects.toMatchObject({ code: 'upstream', message: expect.stringContaining('_log') });
				return writer;
			};
			const givenUp = await broken(2);
			expect(await givenUp.abort()).toBe(true);
			expect(await all()).toEqual(operation === 'append' ? [1, 2] : [2]);
			const repeated = await broken(3);
			await run(store, `CREATE TABLE ${table}_log (id Int32) ENGINE = MergeTree ORDER BY id`);
			expect(await repeated.commit()).toEqual({ rows: 1 });
			expect(await all()).toEqual(operation === 'append' ? [1, 2, 3] : [3]);
		},
	);

	test('a wrong password is told without the password', async () => {
		const result = await (await open({}, 'canary-password')).check();
		expect(result).toMatchObject({ ok: false, message: expect.stringContaining('Authentication failed') });
		expect(result.message).not.toContain('canary');
	});

	test('a server that is not there is worth another try', async () => {
		await expect((await open({ url: 'http://127.0.0.1:1' })).listTables({ schema: null, search: null, limit: 1, offset: 0 })).rejects.toMatchObject({
			code: 'upstream',
			retryable: true,
		});
	}, 30_000);

	test('types without an equal are read as the text ClickHouse prints', async () => {
		const store = await open();
		await run(
			store,
			`CREATE TABLE odd (id UInt64, u UUID, e Enum8('a' = 1), l LowCardinality(Nullable(String)), a Array(Int64), d Date, t DateTime('Europe/Berlin'), m Map(String, Int32), i8 Int8) ENGINE = MergeTree ORDER BY id;
			INSERT INTO odd VALUES (18446744073709551615, '6f1e8a7e-9f42-4a7e-8f6e-000000000001', 'a', 'x', [1, 9007199254740993], '2024-01-31', '2024-01-31 13:00:00', {'k': 1}, -5)`,
		);
		const described = await store.describe(named('odd'));
		expect(described?.map((column) => column.type.kind)).toEqual(['decimal', 'string', 'string', 'string', 'string', 'date', 'datetime', 'string', 'integer']);
		const fields = Object.fromEntries((described ?? []).map((column) => [column.name, column.type.kind === 'decimal' ? 'decimal(20,0)' : column.type.kind]));
		expect((await readAll(store, named('odd'), fields)).rows).toEqual([
			[18_446_744_073_709_551_615n, '6f1e8a7e-9f42-4a7e-8f6e-000000000001', 'a', 'x', '[1,9007199254740993]', 19_753, Date.UTC(2024, 0, 31, 12), "{'k':1}", -5],
		]);
	});

	test('values that ClickHouse would silently cut or wrap are rejected rows, as are those it does not take', async () => {
		const store = await open();
		await run(store, "CREATE TABLE bounded (id Int32, small Int8, day Date, size Enum8('s' = 1, 'l' = 2)) ENGINE = MergeTree ORDER BY id");
		const fields = { id: 'integer', small: 'integer', day: 'date', size: 'string' };
		const writer = store.writer({ destination: aDestination('bounded', fields), owner: 'run_20_bounded', mergeCondition: null });
		await writer.begin();
		const batch = aBatch(fields, [
			[1, 127, 0, 's'],
			[2, 128, 0, 's'],
			[3, 0, -1, 's'],
			[4, 0, 1, 'xl'],
			[5, null, 1, 'l'],
		]);
		const rejected = await writer.write(batch, 0);
		expect(rejected.map((row) => [row.row, row.field])).toEqual([
			[1, 'small'],
			[2, 'day'],
			[3, 'size'],
			[4, 'small'],
		]);
		expect(await writer.write(batch, 0)).toEqual(rejected);
		expect(await writer.commit()).toEqual({ rows: 1 });
		expect((await readAll(store, named('bounded'), fields)).rows).toEqual([[1, 127, 0, 's']]);
	});

	test('an append moves every partition once, and reaches materialized views', async () => {
		const store = await open();
		await run(
			store,
			`CREATE TABLE parted (n Int32) ENGINE = MergeTree PARTITION BY n % 3 ORDER BY n;
			CREATE TABLE fed (n Int32) ENGINE = MergeTree ORDER BY n;
			CREATE TABLE summed (s Int64) ENGINE = MergeTree ORDER BY s;
			CREATE MATERIALIZED VIEW feeding TO summed AS SELECT sum(n) AS s FROM fed`,
		);
		const rows = Array.from({ length: 10 }, (_, n) => [n]);
		expect(await land(store, aDestination('parted', { n: 'integer' }), [aBatch({ n: 'integer' }, rows)])).toBe(10);
		expect((await readAll(store, named('parted'), { n: 'integer' })).rows).toEqual(rows);
		expect(await land(store, aDestination('fed', { n: 'integer' }), [aBatch({ n: 'integer' }, rows)])).toBe(10);
		expect((await readAll(store, named('summed'), { s: 'long' })).rows).toEqual([[45]]);
		const replacing = store.writer({
			destination: aDestination('fed', { n: 'integer' }, { operation: 'truncate_and_insert' }),
			owner: 'run_21',
			mergeCondition: null,
		});
		await expect(replacing.begin()).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('feeding') });
	});

	test('a table keeps its comment when it is exchanged', async () => {
		const store = await open();
		await run(store, "CREATE TABLE commented (n Int32) ENGINE = MergeTree ORDER BY n COMMENT 'mine'");
		await land(store, aDestination('commented', { n: 'integer' }, { operation: 'truncate_and_insert' }), [aBatch({ n: 'integer' }, [[1]])]);
		const read = await store.execute(
			{ sql: "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = 'commented'", parameters: [] },
			{ maxRows: 1, readOnly: true },
		);
		expect(rowsOf(read.batch)).toEqual([['mine']]);
	});
});
