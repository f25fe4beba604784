import { describe, expect, inject, test } from 'vitest';
import type { ConnectorEnv, TableStore } from '../../src/connectors/connector.ts';
import { mysql } from '../../src/connectors/mysql/index.ts';
import { Secret } from '../../src/lib/secret.ts';
import { aBatch, aDestination, land, readAll, rowsOf, run } from './suite/rows.ts';
import { tablesConformance } from './suite/tables.ts';

const server = inject('servers').mysql;

async function open(config: Readonly<Record<string, unknown>> = {}, password = server?.password ?? ''): Promise<TableStore> {
	const settings = { host: server?.host, port: server?.port, database: server?.database, username: server?.username, ssl: 'disable', ...config };
	const env = { allowPrivateHosts: true } as unknown as ConnectorEnv;
	return (await mysql.open({ accountId: 1, config: settings, secrets: { password: new Secret(password) } }, env)) as TableStore;
}

const named = (table: string) => ({ schema: null, table });

describe.skipIf(server === null)('against MariaDB', () => {
	const holds = {
		sql: (table: string) => `UPDATE ${table} SET name = 'held'; SELECT SLEEP(600)`,
		// One sleeps and holds, the other waits for its rows.
		waiting: "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep' OR info LIKE 'DELETE FROM%held%'",
	};
	tablesConformance('mysql', { open: () => open(), transactional: true, holds });

	test('a server that says nothing, and rows that are long in coming, are not waited for once nobody wants them', async () => {
		const silent = await open({ port: inject('servers').silent });
		const answer = expect(silent.check()).resolves.toMatchObject({ ok: false });
		silent.interrupt();
		await answer;
		const [store, looking] = [await open(), await open()];
		const query = 'SELECT SLEEP(600) AS slow';
		const rows = expect(readAll(store, { query: `${query} UNION ALL SELECT 1`, parameters: [] }, { slow: 'integer' })).rejects.toMatchObject({
			retryable: true,
		});
		const counted = { sql: `SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep'`, parameters: [] };
		const sleeping = async () => Number(rowsOf((await looking.execute(counted, { maxRows: 1, readOnly: true })).batch)[0]?.[0]);
		while ((await sleeping()) === 0);
		store.interrupt();
		await rows;
		while ((await sleeping()) > 0);
	});

	test.runIf(server?.tls)('TLS is spoken where it is required, and the certificate is verified for the host', async () => {
		const store = await open({ ssl: 'require' });
		const used = await store.execute({ sql: "SHOW SESSION STATUS LIKE 'Ssl_version'", parameters: [] }, { maxRows: 1, readOnly: true });
		expect(String(rowsOf(used.batch)[0]?.[1])).toMatch(/^TLSv1\.[23]$/);
		await store.close();
		expect(await (await open({ ssl: 'require', host: '127.0.0.1' })).check()).toMatchObject({ ok: false });
	});

	test('a wrong password is told without the password', async () => {
		const result = await (await open({}, 'canary-password')).check();
		expect(result).toMatchObject({ ok: false, message: expect.stringContaining('Access denied') });
		expect(result.message).not.toContain('canary');
	});

	test('a session that is ended under way is worth another try, and the next call has a new one', async () => {
		const store = await open();
		const me = rowsOf((await store.execute({ sql: 'SELECT CONNECTION_ID() AS id', parameters: [] }, { maxRows: 1, readOnly: true })).batch)[0]?.[0];
		await run(await open(), `KILL ${String(me)}`);
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

	test('types without an equal are read as the nearest that keeps them', async () => {
		const store = await open();
		await run(
			store,
			`CREATE TABLE odd (id int unsigned PRIMARY KEY, big bigint unsigned, e enum('a','b'), y year, t time, b bit(3), s smallint, f float, v varchar(3) CHARACTER SET latin1, x varbinary(4), ts timestamp NULL);
			INSERT INTO odd VALUES (4294967295, 18446744073709551615, 'b', 2024, '-12:30:00', b'101', -5, 0.1, 'é', 0x00ff, '2024-01-01 10:00:00')`,
		);
		const described = await store.describe(named('odd'));
		expect(described?.map((column) => column.type.kind)).toEqual([
			'long',
			'decimal',
			'string',
			'integer',
			'string',
			'binary',
			'integer',
			'float',
			'string',
			'binary',
			'datetime',
		]);
		const fields = Object.fromEntries((described ?? []).map((column) => [column.name, column.type.kind === 'decimal' ? 'decimal(20,0)' : column.type.kind]));
		const row = [
			4_294_967_295,
			18_446_744_073_709_551_615n,
			'b',
			2024,
			'-12:30:00',
			new Uint8Array([5]),
			-5,
			Math.fround(0.1),
			'é',
			new Uint8Array([0, 255]),
			Date.UTC(2024, 0, 1, 10),
		];
		expect((await readAll(store, named('odd'), fields)).rows).toEqual([row]);
		const read = await store.execute({ sql: 'SELECT f, f * 2 AS g FROM odd', parameters: [] }, { maxRows: 5, readOnly: true });
		expect(rowsOf(read.batch)[0]?.[0]).toBe(Math.fround(0.1));
	});

	test('rows the server does not take are rejected rows with its words, also when the batch is written again', async () => {
		const store = await open();
		await run(store, "CREATE TABLE sized (id int, size enum('s', 'l'), note varchar(3)) CHARACTER SET utf8mb4");
		const fields = { id: 'integer', size: 'string', note: 'string' };
		const rows = [
			[1, 's', 'abc'],
			[2, 'xl', 'abc'],
			[3, 'l', 'abcd'],
			[4, 'l', 'é€😀'],
		];
		for (let attempt = 0; attempt < 2; attempt++) {
			const writer = store.writer({ destination: aDestination('sized', fields), owner: 'run_20_sized', mergeCondition: null });
			await writer.begin();
			const rejected = await writer.write(aBatch(fields, rows), 0);
			expect(rejected.map((row) => [row.row, row.field])).toEqual([
				[1, 'size'],
				[2, 'note'],
			]);
		}
	});

	test('pre SQL at which MySQL would commit is refused before any row', async () => {
		const store = await open();
		const destination = aDestination('framed_ddl', { n: 'integer' }, { preSql: { sql: 'DELETE FROM framed_ddl; TRUNCATE framed_ddl', parameters: [] } });
		await expect(store.writer({ destination, owner: 'run_21', mergeCondition: null }).begin()).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('TRUNCATE'),
		});
	});

	test('an ORDER BY of a query is kept without a LIMIT of its own', async () => {
		const store = await open();
		await land(store, aDestination('ordered', { n: 'integer' }), [
			aBatch(
				{ n: 'integer' },
				Array.from({ length: 1000 }, (_, i) => [(i * 7) % 1000]),
			),
		]);
		const { rows } = await readAll(store, { query: 'SELECT n FROM ordered ORDER BY n DESC', parameters: [] }, { n: 'integer' }, { pageRows: 300 });
		expect(rows.map((row) => row[0])).toEqual(Array.from({ length: 1000 }, (_, i) => 999 - i));
	});
});
