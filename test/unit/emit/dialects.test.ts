import { describe, expect, it } from 'vitest';
import { emitExpression as emitClickHouse } from '../../../src/emit/clickhouse.ts';
import { emitExpression as emitMySql } from '../../../src/emit/mysql.ts';
import { emitExpression as emitPostgreSql } from '../../../src/emit/postgresql.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';
import { RANDOM_SCHEMA } from '../expression/random-value.ts';

function emit(dialect: typeof emitMySql, text: string): string | null {
	const checked = checkExpression(text, { schema: RANDOM_SCHEMA, variables: NO_VARIABLES });
	if ('faults' in checked) throw new Error(checked.faults[0]?.message);
	return dialect(checked.expr, (name) => `[${name}]`)?.sql ?? null;
}

describe('PostgreSQL', () => {
	it.each([
		["s1 = 'x'", '(([s1])::text = CAST(? AS text))'],
		["s1 < 'x'", '((([s1])::text COLLATE "C") < CAST(? AS text))'],
		["s1 like 'a_'", '(([s1])::text LIKE CAST(? AS text) ESCAPE CAST(? AS text))'],
		["t1 >= '2024-01-31'", '([t1] >= CAST(? AS timestamptz))'],
		['m1 > 1.5 and not b1', '(([m1] > CAST(? AS numeric(2,1))) AND (NOT [b1]))'],
		["date_trunc('month', d1) = '2024-01-01'", '(CAST(date_trunc(CAST(? AS text), CAST([d1] AS timestamp)) AS date) = CAST(? AS date))'],
		["indexof(s1, 'x') is null", '(nullif(strpos(([s1])::text, CAST(? AS text)), 0) IS NULL)'],
	])('says %s', (text, sql) => {
		expect(emit(emitPostgreSql, text)).toBe(sql);
	});

	it.each(['i1 + 1 > 2', "upper(s1) = 'A'", "s1 matches 'a+'", 'r1 % 2 = 1', 'random() < 0.5', "md5(s1) = 'x'"])('declines %s', (text) => {
		expect(emit(emitPostgreSql, text)).toBeNull();
	});
});

describe('MySQL', () => {
	it.each([
		["s1 = 'x'", '(CAST(CONVERT([s1] USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))'],
		["d1 > '2024-01-31'", '([d1] > CAST(? AS DATE))'],
		['b1 is true', '(NOT (NOT (([b1] <> 0) <=> TRUE)))'],
		['m1 = 1.5', '([m1] = CAST(? AS DECIMAL(2,1)))'],
	])('says %s', (text, sql) => {
		expect(emit(emitMySql, text)).toBe(sql);
	});

	it.each(['i1 * 2 > 2', "lower(s1) = 'a'", "s1 like '_a'", "date_trunc('month', d1) = d1"])('declines %s', (text) => {
		expect(emit(emitMySql, text)).toBeNull();
	});
});

describe('ClickHouse', () => {
	it.each([
		["s1 < 'x'", '(toString([s1]) < CAST(? AS String))'],
		["t1 >= '2024-01-31T02:00:00+02:00'", "(toDateTime64([t1], 6, 'UTC') >= CAST(? AS DateTime64(6, 'UTC')))"],
		["s1 like 'a%b'", '(((length(toString([s1])) >= 2) AND startsWith(toString([s1]), CAST(? AS String))) AND endsWith(toString([s1]), CAST(? AS String)))'],
	])('says %s', (text, sql) => {
		expect(emit(emitClickHouse, text)).toBe(sql);
	});

	it.each([
		'r1 > 1.5',
		"d1 >= '1899-12-31'",
		"d1 < '2300-01-01'",
		"t1 > '1899-12-31T23:59:59.999999Z'",
		'i1 in (1, null)',
		's1 is distinct from s2',
		'i1 - 1 = 0',
	])('declines %s', (text) => {
		expect(emit(emitClickHouse, text)).toBeNull();
	});
});
