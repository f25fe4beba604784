import { describe, expect, test } from 'vitest';
import { guardQuery, guardRead, guardWrite } from '../../../src/connectors/sqlite/guard.ts';

const bare = (sql: string) => ({ sql, parameters: [] });

describe('what only reads', () => {
	test.each([
		'select 1',
		"  -- a comment; with a semicolon\n/* and ; another */ SELECT ';' AS x ;",
		'VALUES (1), (2)',
		'with a as (select 1), b(x) as (select 2 from (select 3)) select * from a, b',
		'WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 5 LIMIT 100) SELECT x FROM c',
		'with deleted as (select replace(1, 2, 3)) select * from deleted',
		'EXPLAIN QUERY PLAN SELECT 1',
		'PRAGMA table_info(flights)',
		'pragma main.table_list',
	])('is let through: %s', (sql) => {
		expect(() => guardRead(bare(sql))).not.toThrow();
	});

	test.each([
		['insert into t values (1)', 'INSERT'],
		['with x as (select 1) insert into t select * from x', 'INSERT'],
		['with x as (select 1) delete from t', 'DELETE'],
		['with x(a) as (select (select 1)) update t set a = 1', 'UPDATE'],
		['create table t (a)', 'CREATE'],
		['drop table t', 'DROP'],
		['analyze', 'ANALYZE'],
		['reindex', 'REINDEX'],
		['/* select */ replace into t values (1)', 'REPLACE'],
	])('does not include %s', (sql, verb) => {
		expect(() => guardRead(bare(sql))).toThrow(`The SQL begins with ${verb}, which does not only read.`);
	});

	test('is one statement', () => {
		expect(() => guardRead(bare('select 1; delete from t'))).toThrow('The SQL has 2 statements; one is expected here.');
		expect(() => guardRead(bare(' ; -- nothing'))).toThrow('The SQL is empty.');
	});

	test('closes what it opens', () => {
		expect(() => guardRead(bare("select 'open"))).toThrow("The SQL has a ' at position 8 that is never closed.");
		expect(() => guardRead(bare('select /* open'))).toThrow('never closed');
		expect(() => guardQuery(bare('select 1) as x, (select 2'))).toThrow('The parentheses of the query do not match.');
		expect(() => guardQuery(bare("select ')' as x"))).not.toThrow();
	});
});

describe('an end of the transaction that everything stands in', () => {
	test.each([
		'create table t (a integer primary key on conflict rollback)',
		'insert /* now */ or Rollback into t values (1)',
		'update or rollback t set a = 1',
		"create trigger x before insert on t begin select raise ( rollback, 'no'); end",
	])('is refused where it hides in a conflict: %s', (sql) => {
		expect(() => guardWrite(bare(sql))).toThrow('which would end a transaction that is not its own');
	});

	test.each([
		'select rollback, 1 or rollback from t',
		"insert into t values ('on conflict rollback')",
		"create trigger x before insert on t begin select raise(abort, 'rollback'); end",
	])('is not seen where there is none: %s', (sql) => {
		expect(() => guardWrite(bare(sql))).not.toThrow();
	});
});

describe('names of the database itself', () => {
	test.each([
		'select * from __hg_ledger',
		'select * from "__HG_ledger"',
		'select * from [__hg_stage]',
		'select * from `__hg_stage`',
		"select * from '__hg_stage'",
		'select * from main.__hg_stage',
		'select * from sqlite_master',
		'select * from SQLite_Schema',
		"select * from 'sqlite_master'",
		'select * from _cf_KV',
		'select/**/1/**/from/**/sqlite_master',
	])('are out of reach: %s', (sql) => {
		expect(() => guardRead(bare(sql))).toThrow('belongs to the database itself');
		expect(() => guardWrite(bare(`insert into t ${sql}`))).toThrow('belongs to the database itself');
	});

	test('are out of reach of statements that define, too', () => {
		for (const sql of [
			'create view v as select * from __hg_stage',
			'create trigger t after insert on __hg_ledger begin select 1; end',
			'alter table t rename to __hg_x',
			'drop table __hg_ledger',
			'create virtual table v using fts5(x, content=__hg_stage)',
			"create virtual table v using fts5(x, content='__hg_stage')",
		]) {
			expect(() => guardWrite(bare(sql)), sql).toThrow('belongs to the database itself');
		}
	});

	test('may stand inside texts that are values', () => {
		expect(() => guardRead(bare("select * from t where note like 'sqlite_%' or note = 'see sqlite_master'"))).not.toThrow();
	});
});

test.each(['begin', 'COMMIT', 'rollback', 'savepoint a', 'release a', 'end'])('transactions are not ended by hand: %s', (sql) => {
	expect(() => guardWrite(bare(`delete from t; ${sql}`))).toThrow('transactions are not begun or ended by hand');
});

test.each(['vacuum', "attach 'x' as y", 'detach y'])('the file stays one file: %s', (sql) => {
	expect(() => guardWrite(bare(sql))).toThrow('The embedded database has no');
});

test.each(['foreign_keys = off', 'case_sensitive_like = on', 'writable_schema = 1', 'query_only = 0'])('settings stay as they are: PRAGMA %s', (setting) => {
	expect(() => guardWrite(bare(`pragma ${setting}`))).toThrow('does not run PRAGMA');
});

describe('several statements', () => {
	test('are cut where SQLite cuts them, not inside trigger bodies, texts and comments', () => {
		const statements = guardWrite(
			bare(`
			delete from a; -- one; two
			create trigger t after insert on a when (case when new.x then 1 else 0 end) begin
				update a set x = case when x then ';' else "b;c" end; delete from b;
			end;
			insert into a values (';')`),
		);
		expect(statements.map((statement) => statement.verb)).toEqual(['DELETE', 'CREATE', 'INSERT']);
	});

	test('get their bound values in order', () => {
		const value = (text: string) => ({ type: { kind: 'string' as const }, value: text });
		const statements = guardWrite({
			sql: "delete from a where x = ? and y = '?'; update a set x = ?, y = ?",
			parameters: [value('1'), value('2'), value('3')],
		});
		expect(statements.map((statement) => statement.parameters.map((parameter) => parameter.value))).toEqual([['1'], ['2', '3']]);
	});

	test('and values that do not match in number, or parameters nobody binds, are refused', () => {
		expect(() => guardWrite(bare('select ?'))).toThrow('The SQL has 1 parameters and 0 values.');
		expect(() => guardWrite(bare('select :name'))).toThrow('The SQL has the parameter :name, which nothing binds.');
		expect(() => guardWrite(bare('select ?1'))).toThrow('The SQL has the parameter ?1');
	});
});

describe('a recursive table', () => {
	const counting = (rest: string, name = 'n') =>
		`WITH RECURSIVE ${name}(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM ${name} ${rest}) SELECT count(*) FROM ${name}`;
	const walk = 'SELECT id FROM nodes WHERE parent IS NULL UNION SELECT nodes.id FROM nodes';

	test.each([
		counting('LIMIT 1000'),
		counting('WHERE i < 5 LIMIT 10000000 OFFSET 3'),
		`WITH tree AS (${walk} JOIN tree ON nodes.parent = tree.id LIMIT 5000) SELECT * FROM tree`,
		'WITH a AS (SELECT 1 AS n), b AS (SELECT n FROM a) SELECT n FROM b, a',
		'WITH n AS (SELECT id AS n FROM nodes) SELECT n FROM n',
		'SELECT * FROM nodes AS (n)',
	])('that ends is let through: %s', (sql) => {
		expect(() => guardWrite(bare(sql))).not.toThrow();
	});

	test.each([
		counting(''),
		counting('WHERE i > 0'),
		counting('LIMIT -1'),
		counting('LIMIT 5, -1'),
		counting('LIMIT 10 * 10000000'),
		counting('LIMIT (SELECT max(id) FROM nodes)'),
		counting('LIMIT 10000001'),
		counting('', '"N x"'),
		counting('', '[n]'),
		counting('', "'n'"),
		counting('').replace('FROM n )', 'FROM "N" )'),
		counting('').replace('FROM n )', 'FROM nodes, n )'),
		counting('').replace('FROM n )', 'FROM (n) )'),
		counting('').replace('SELECT 1', '(SELECT 1 LIMIT 5)').replace('AS ((', 'AS (SELECT * FROM ('),
		`WITH tree AS NOT MATERIALIZED (${walk} JOIN tree ON nodes.parent = tree.id) SELECT * FROM tree`,
		`WITH tree AS (${walk} WHERE parent IN tree) SELECT * FROM tree`,
		`INSERT INTO t ${counting('')}`,
		`CREATE VIEW v AS ${counting('')}`,
		`SELECT (${counting('')}) AS x`,
		`CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO u ${counting('')}; END`,
	])('that may never end is refused: %s', (sql) => {
		expect(() => guardWrite(bare(sql))).toThrow(/recursive table .* (?:has no LIMIT|may have 10000001 rows)/);
	});

	test('may take its LIMIT from a variable, as a number', () => {
		const bound = (value: number | string, kind: 'integer' | 'string' = 'integer') => ({ sql: counting('LIMIT ?'), parameters: [{ type: { kind }, value }] });
		expect(() => guardRead(bound(1000))).not.toThrow();
		for (const endless of [bound(-1), bound(10_000_001), bound('1000', 'string')]) expect(() => guardRead(endless)).toThrow('recursive table n');
	});
});
