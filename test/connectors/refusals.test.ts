import { describe, expect, inject, test } from 'vitest';
import type { ConnectorEnv, TableStore } from '../../src/connectors/connector.ts';
import { mysql } from '../../src/connectors/mysql/index.ts';
import { postgresql } from '../../src/connectors/postgresql/index.ts';
import { Secret } from '../../src/lib/secret.ts';
import { closing, landRefused, refusing } from './suite/refusals.ts';
import { aBatch, aDestination, readAll, rowsOf, run } from './suite/rows.ts';

const env = { allowPrivateHosts: true } as unknown as ConnectorEnv;
const postgres = inject('servers').postgresql;

const openPostgres = closing(async () => {
	const { host, port, database, username, password } = postgres;
	const config = { host, port, database, username, ssl: 'disable' };
	return (await postgresql.open({ accountId: 1, config, secrets: { password: new Secret(password) } }, env)) as TableStore;
});

describe('postgresql', () => {
	refusing({
		open: openPostgres,
		most: 10_000,
		says: { key: 'duplicate key', check: 'violates check constraint', reference: 'violates foreign key constraint' },
		holds: {
			sql: (table) => `LOCK TABLE ${table} IN SHARE MODE; SELECT pg_sleep(600)`,
			waiting: "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' OR wait_event = 'PgSleep'",
		},
	});

	const TREE = { id: 'integer', parent: 'integer' };
	const contents = async (table: string) =>
		(await readAll(await openPostgres(), { schema: null, table }, TREE)).rows.sort((a, b) => Number(a[0]) - Number(b[0]));
	const into = (table: string, more = {}) => ({
		destination: aDestination(table, TREE, { createTable: false, ...more }),
		owner: `run_${table}`,
		mergeCondition: null,
	});

	test.each(['', 'DEFERRABLE INITIALLY DEFERRED'])('rows that refer to rows behind them are taken beside refused ones %s', async (when) => {
		const table = when === '' ? 'tree' : 'tree_deferred';
		await run(await openPostgres(), `CREATE TABLE ${table} (id int PRIMARY KEY, parent int REFERENCES ${table} (id) ${when})`);
		const { refused } = await landRefused(
			openPostgres,
			into(table),
			[
				[
					[5, 4],
					[4, 3],
					[3, 1],
					[9, 8],
					[1, null],
					[8, 7],
					[3, 9],
				],
			],
			TREE,
		);
		expect(refused.map(({ place }) => place)).toEqual([3, 5, 6]);
		expect(await contents(table)).toEqual([
			[1, null],
			[3, 1],
			[4, 3],
			[5, 4],
		]);
	});

	test('keys that are looked at no earlier than at the commit refuse rows all the same', async () => {
		await run(await openPostgres(), 'CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED, parent int); INSERT INTO late VALUES (1, 0), (2, 0)');
		expect(
			(
				await landRefused(
					openPostgres,
					into('late'),
					[
						[
							[3, 1],
							[2, 1],
							[4, 1],
							[3, 2],
						],
					],
					TREE,
				)
			).refused,
		).toMatchObject([{ place: 1 }, { place: 3 }]);
		expect(await contents('late')).toEqual([
			[1, 0],
			[2, 0],
			[3, 1],
			[4, 1],
		]);
	});

	test('what a trigger, an exclusion, a partition or a generated column refuses is refused by its row, with the words of the server', async () => {
		await run(
			await openPostgres(),
			`CREATE FUNCTION no_seven() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 7 THEN RAISE EXCEPTION 'seven is taken'; END IF; RETURN NEW; END $$;
			CREATE TABLE odd_rules (id int, parent int, inverse int GENERATED ALWAYS AS (100 / parent) STORED) PARTITION BY RANGE (id);
			CREATE TABLE odd_rules_low PARTITION OF odd_rules FOR VALUES FROM (0) TO (100);
			CREATE TRIGGER sevens BEFORE INSERT ON odd_rules_low FOR EACH ROW EXECUTE FUNCTION no_seven();
			ALTER TABLE odd_rules_low ADD EXCLUDE USING btree (id WITH =)`,
		);
		const { refused } = await landRefused(
			openPostgres,
			into('odd_rules'),
			[
				[
					[1, 1],
					[7, 1],
					[1, 2],
					[200, 1],
					[3, 0],
					[4, 4],
				],
			],
			TREE,
		);
		expect(refused.map(({ place, message }) => [place, message.split(' "')[0]])).toEqual([
			[1, 'seven is taken'],
			[2, 'conflicting key value violates exclusion constraint'],
			[3, 'no partition of relation'],
			[4, 'division by zero'],
		]);
		expect(await contents('odd_rules')).toEqual([
			[1, 1],
			[4, 4],
		]);
	});

	test('what is no fault of a row ends the search, and a merge condition keeps its values in it', async () => {
		await run(
			await openPostgres(),
			'CREATE TABLE conditioned (id int PRIMARY KEY, parent int CHECK (parent <> 13)); INSERT INTO conditioned VALUES (1, 5), (2, 5)',
		);
		const merge = { operation: 'merge_update_insert', mergeKeys: ['id'] };
		const condition = { sql: "source.parent > target.parent AND 'it''s ?' <> ?", parameters: [{ type: { kind: 'string' as const }, value: "it's" }] };
		const write = { ...into('conditioned', merge), mergeCondition: condition };
		const rows = [
			[1, 4],
			[2, 13],
			[3, 13],
			[4, 6],
		];
		expect((await landRefused(openPostgres, write, [rows], TREE)).refused.map(({ place }) => place)).toEqual([1, 2]);
		expect(await contents('conditioned')).toEqual([
			[1, 5],
			[2, 5],
			[4, 6],
		]);
		const store = await openPostgres();
		const writer = store.writer(into('conditioned', { operation: 'truncate_and_insert' }));
		await writer.begin();
		await writer.write(aBatch(TREE, [[1, 13]]), 0);
		await run(await openPostgres(), 'CREATE TABLE holding (id int REFERENCES conditioned (id))');
		await expect(writer.rehearse?.()).rejects.toMatchObject({ code: 'upstream', message: expect.stringContaining('referenced in a foreign key') });
		await writer.abort();
	});

	test('a table that only numbers its rows is not tried: its sequence keeps its next number', async () => {
		const store = await openPostgres();
		await run(store, 'CREATE TABLE numbered (n serial PRIMARY KEY, id int, parent int)');
		expect(
			(
				await landRefused(
					openPostgres,
					into('numbered'),
					[
						[
							[1, 1],
							[2, 1],
						],
					],
					TREE,
				)
			).refused,
		).toEqual([]);
		const numbers = await store.execute({ sql: 'SELECT n FROM numbered ORDER BY n', parameters: [] }, { maxRows: 9, readOnly: true });
		expect(rowsOf(numbers.batch)).toEqual([[1], [2]]);
	});
});

const mariadb = inject('servers').mysql;

describe.skipIf(mariadb === null)('mysql, against MariaDB', () => {
	const open = closing(async () => {
		const { host, port, database, username, password } = mariadb ?? postgres;
		const config = { host, port, database, username, ssl: 'disable' };
		return (await mysql.open({ accountId: 1, config, secrets: { password: new Secret(password) } }, env)) as TableStore;
	});

	refusing({
		open,
		most: 1_000,
		says: { key: 'Duplicate entry', check: '` failed for `', reference: 'foreign key constraint fails' },
		holds: {
			sql: (table) => `UPDATE ${table} SET owner = 2; SELECT SLEEP(600)`,
			waiting: "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep' OR info LIKE 'DELETE FROM%held_rules%'",
		},
	});

	const PAIR = { id: 'integer', other: 'integer' };
	const contents = async (table: string) => (await readAll(await open(), { schema: null, table }, PAIR)).rows.sort((a, b) => Number(a[0]) - Number(b[0]));

	test.each([
		['a trigger', 'a trigger', ''],
		['no transactions', 'tables of MyISAM have no transactions', 'ENGINE = MyISAM'],
	])('a table with %s is not tried: what the try did might stay', async (_, because, engine) => {
		const table = engine === '' ? 'triggered' : 'plain_files';
		await run(await open(), `CREATE TABLE ${table} (id int PRIMARY KEY, other int) ${engine}`);
		await run(await open(), `INSERT INTO ${table} VALUES (1, 0)`);
		if (engine === '') await run(await open(), `CREATE TRIGGER ${table}_t BEFORE INSERT ON ${table} FOR EACH ROW SET NEW.other = NEW.other + 1`);
		const writer = (await open()).writer({ destination: aDestination(table, PAIR), owner: `run_${table}`, mergeCondition: null });
		await writer.begin();
		await writer.write(aBatch(PAIR, [[1, 1]]), 0);
		expect(await writer.rehearse?.()).toEqual([]);
		expect(await contents(table)).toEqual([[1, 0]]);
		await expect(writer.commit([])).rejects.toMatchObject({ code: 'upstream', hint: expect.stringContaining(because) });
		expect(await writer.abort()).toBe(false);
		expect(await contents(table)).toEqual([[1, 0]]);
	});

	test('columns that the commit adds are left out of the try, and a table that only numbers its rows is not tried', async () => {
		await run(await open(), 'CREATE TABLE widened (id int PRIMARY KEY)');
		const rows = [
			[1, 1],
			[1, 2],
			[2, 3],
		];
		const write = { destination: aDestination('widened', PAIR, { addMissingColumns: true }), owner: 'run_widened', mergeCondition: null };
		expect((await landRefused(open, write, [rows], PAIR)).refused).toMatchObject([{ place: 1 }]);
		expect(await contents('widened')).toEqual([rows[0], rows[2]]);
		await run(await open(), 'CREATE TABLE counted (n int AUTO_INCREMENT PRIMARY KEY, id int, other int)');
		await landRefused(open, { destination: aDestination('counted', PAIR), owner: 'run_counted', mergeCondition: null }, [rows], PAIR);
		const numbers = await (await open()).execute({ sql: 'SELECT n FROM counted ORDER BY n', parameters: [] }, { maxRows: 9, readOnly: true });
		expect(rowsOf(numbers.batch)).toEqual([[1], [2], [3]]);
	});

	test('a merge condition is tried too, and a partition that is not there refuses its row', async () => {
		await run(
			await open(),
			'CREATE TABLE parted (id int PRIMARY KEY, other int CHECK (other <> 13)) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (100))',
		);
		await run(await open(), 'INSERT INTO parted VALUES (1, 5), (2, 5)');
		const destination = aDestination('parted', PAIR, { operation: 'merge_update_insert', mergeKeys: ['id'] });
		const mergeCondition = { sql: 'source.other > target.other AND source.other < ?', parameters: [{ type: { kind: 'integer' as const }, value: 50 }] };
		const rows = [
			[1, 4],
			[2, 13],
			[3, 13],
			[4, 6],
			[200, 7],
		];
		const { refused } = await landRefused(open, { destination, owner: 'run_parted', mergeCondition }, [rows], PAIR);
		expect(refused.map(({ place }) => place)).toEqual([1, 2, 4]);
		expect(await contents('parted')).toEqual([
			[1, 5],
			[2, 5],
			[4, 6],
		]);
	});
});
