import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storedCell } from '../../../src/connectors/sqlite/cells.ts';
import { declaredType } from '../../../src/connectors/sqlite/types.ts';
import { valueAt } from '../../../src/data/access.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { parseValue } from '../../../src/data/text.ts';
import type { DataType, Value } from '../../../src/data/types.ts';
import { emitExpression } from '../../../src/emit/sqlite.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { compile } from '../../../src/expression/evaluate.ts';
import type { Expr, RowError } from '../../../src/expression/ir.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';
import type { BoundSql, QueryParameter } from '../../../src/plan/endpoints.ts';
import { RANDOM_SCHEMA, randomRow } from '../expression/random-value.ts';
import { randomPredicate } from './random-predicate.ts';

const RUNS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 150);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function expressionOf(text: string): Expr {
	const checked = checkExpression(text, { schema: RANDOM_SCHEMA, variables: NO_VARIABLES });
	if ('faults' in checked) throw new Error(`${text}: ${checked.faults.map(({ message }) => message).join(' ')}`);
	return checked.expr;
}

function emitted(text: string): BoundSql | null {
	return emitExpression(expressionOf(text), quote);
}

/** As the connector binds: whole numbers as 64-bit integers, everything else as it is. */
function bound({ type, value }: QueryParameter): SQLInputValue {
	return type.kind === 'integer' || type.kind === 'long' ? BigInt(value as number | string) : (value as SQLInputValue);
}

/** A datetime in one of the spellings that are read as one. */
function spelled(type: DataType, text: string, variant: number): string {
	if (type.kind !== 'datetime') return text;
	return [
		text,
		text.replace('T', ' ').replace('Z', ''),
		text.replace('Z', '+00:00'),
		text.replace('Z', ' UTC'),
		text.replace('Z', '+0000'),
		text.replace('.', ','),
	][variant % 6] as string;
}

function tableOf(rows: readonly (readonly (string | null)[])[], values: readonly (readonly Value[])[]): DatabaseSync {
	const database = new DatabaseSync(':memory:');
	database.exec(
		`CREATE TABLE t (row_number INTEGER, ${RANDOM_SCHEMA.map(({ name, type }) => `${quote(name)} ${declaredType(type)} ${type.kind === 'string' ? 'COLLATE NOCASE' : ''}`).join(', ')})`,
	);
	const insert = database.prepare(`INSERT INTO t VALUES (${Array.from({ length: RANDOM_SCHEMA.length + 1 }, () => '?').join(', ')})`);
	values.forEach((row, index) => {
		const cells = row.map((value, column): SQLInputValue => {
			const { type } = RANDOM_SCHEMA[column] as { type: DataType };
			if (value === null) return null;
			if (type.kind === 'datetime') return spelled(type, rows[index]?.[column] as string, index + column);
			const cell = storedCell(type, value);
			return (type.kind === 'integer' || type.kind === 'long') && typeof cell === 'number' ? BigInt(cell) : cell;
		});
		insert.run(index, ...cells);
	});
	return database;
}

const counts = { predicates: 0, declined: 0, rows: 0, nulls: 0 };

describe('SQLite', () => {
	it('says random predicates as we evaluate them, or declines', () => {
		fc.assert(
			fc.property(fc.array(randomPredicate, { minLength: 8, maxLength: 8 }), fc.array(randomRow, { minLength: 12, maxLength: 24 }), (texts, rows) => {
				const values = rows.map((row) => RANDOM_SCHEMA.map(({ type }, column) => (row[column] == null ? null : (parseValue(type, row[column]) ?? null))));
				const database = tableOf(rows, values);
				const columns = RANDOM_SCHEMA.map(({ type }, column) => {
					const builder = vectorBuilder(type, rows.length);
					for (const row of values) builder.push(row[column] ?? null);
					return builder.finish();
				});
				for (const text of texts) {
					const expr = expressionOf(text);
					const sql = emitExpression(expr, quote);
					counts.predicates++;
					if (sql === null) {
						counts.declined++;
						continue;
					}
					const errors: RowError[] = [];
					const ours = compile(expr)({ schema: RANDOM_SCHEMA, length: rows.length, columns }, errors);
					expect(errors).toEqual([]);
					const theirs = database.prepare(`SELECT ${sql.sql} AS v FROM t ORDER BY row_number`).all(...sql.parameters.map(bound));
					theirs.forEach(({ v }, row) => {
						const value = valueAt(ours, row);
						counts.rows++;
						if (value === null) counts.nulls++;
						if ((value === null ? null : Number(value)) !== v)
							throw new Error(`${text}\nover ${JSON.stringify(rows[row])}\nhere ${value}, SQLite ${v}\n${sql.sql.slice(0, 2000)}`);
					});
				}
				database.close();
			}),
			{ numRuns: RUNS, ...(process.env['DIFFERENTIAL_SEED'] === undefined ? {} : { seed: Number(process.env['DIFFERENTIAL_SEED']) }) },
		);
		console.log(`SQLite differential: ${JSON.stringify(counts)}`);
		expect(counts.declined).toBeLessThan(counts.predicates / 2);
	});

	it('binds literals and quotes columns', () => {
		expect(emitted("s1 = 'it''s' and i1 > 5")).toEqual({
			sql: '(((CAST("s1" AS TEXT) COLLATE BINARY) = ?) AND ("i1" > ?))',
			parameters: [
				{ type: { kind: 'string' }, value: "it's" },
				{ type: { kind: 'integer' }, value: 5 },
			],
		});
	});

	it.each([
		['i1 + 1 > 5', 'an integer sum may overflow'],
		['1 / r1 > 2', 'the divisor may be zero'],
		['cast(s1 as integer) = 5', 'the text may be no number'],
		["upper(s1) = 'A'", 'its upper knows ASCII only'],
		["s1 like 'a_'", 'a character is not a byte'],
		["s1 matches 'a.*'", 'it has no regular expressions'],
		['m2 > 1.5', 'doubles do not keep 20 digits'],
		['length(s1) > 2', 'its length ends at a NUL'],
		['t1 > CurrentTime()', "the moment is the run's"],
		['random() < 0.5', 'our random numbers are not its'],
		["date_trunc('week', d1) = d1", 'there is no such function'],
	])('declines %s: %s', (text) => {
		expect(emitted(text)).toBeNull();
	});

	it('says a long chain of conditions within the depth that Durable Objects allow', () => {
		const chain = Array.from({ length: 70 }, (_, index) => `i1 = ${index}`).join(' or ');
		const sql = emitted(chain);
		const depth = [...(sql?.sql ?? '')].reduce(
			({ now, most }, sign) => ({ now: now + (sign === '(' ? 1 : sign === ')' ? -1 : 0), most: Math.max(most, now) }),
			{ now: 0, most: 0 },
		).most;
		expect(depth).toBeLessThan(12);
	});

	it('declines what has more literals than Durable Objects bind', () => {
		expect(emitted(`i1 in (${Array.from({ length: 101 }, (_, index) => index).join(', ')})`)).toBeNull();
	});

	it('compares the datetimes of a merge condition as moments, in whatever spelling they are', () => {
		const schema = [
			{ name: 'source.at', type: { kind: 'datetime' } },
			{ name: 'target.at', type: { kind: 'datetime' } },
		] as const;
		const checked = checkExpression('source.at > target.at', { schema, variables: NO_VARIABLES });
		const sql = 'expr' in checked ? emitExpression(checked.expr, (name) => name.split('.').map(quote).join('.')) : null;
		const database = new DatabaseSync(':memory:');
		const newer = (source: string, target: string) =>
			database.prepare(`SELECT ${sql?.sql} AS v FROM (SELECT ? AS at) AS source, (SELECT ? AS at) AS target`).get(source, target)?.['v'];
		expect(newer('2024-01-31T12:30:00.5Z', '2024-01-31 12:30:00')).toBe(1);
		expect(newer('2024-01-31T12:30:00+02:00', '2024-01-31 12:30:00')).toBe(0);
		expect(newer('2024-01-31 12:30', '2024-01-31T12:29:59.999999 UTC')).toBe(1);
	});
});
