import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { valueAt } from '../../../src/data/access.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { formatValue, parseValue } from '../../../src/data/text.ts';
import type { DataType } from '../../../src/data/types.ts';
import type { Vector } from '../../../src/data/vector.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { compile } from '../../../src/expression/evaluate.ts';
import type { Expr, RowError } from '../../../src/expression/ir.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';
import { duckDbType, emitDuckDb } from './duckdb-dialect.ts';
import { randomExpressions } from './random-expression.ts';
import { RANDOM_SCHEMA, randomRow } from './random-value.ts';

const RUNS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 60);
const EXPRESSIONS_A_RUN = 8;

const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
// Its rewriting makes false of a comparison of date_trunc(null) with what is no beginning of a month.
await connection.run("SET disabled_optimizers = 'expression_rewriter'");

type Row = readonly (string | null)[];

function batchOf(rows: readonly Row[]): Batch {
	const columns = RANDOM_SCHEMA.map(({ type }, index) => {
		const builder = vectorBuilder(type, rows.length);
		for (const row of rows) {
			const text = row[index] ?? null;
			builder.push(text === null ? null : (parseValue(type, text) ?? null));
		}
		return builder.finish();
	});
	return { schema: RANDOM_SCHEMA, length: rows.length, columns };
}

async function load(rows: readonly Row[]): Promise<void> {
	const columns = RANDOM_SCHEMA.map(({ name, type }) => `"${name}" ${duckDbType(type)}`).join(', ');
	const cell = (text: string | null, type: DataType) =>
		text === null ? 'NULL' : `'${(type.kind === 'datetime' ? text.replace('Z', '') : text).replaceAll("'", "''")}'`;
	const values = rows
		.map((row, index) => `(${index}, ${row.map((text, column) => cell(text, (RANDOM_SCHEMA[column] as { type: DataType }).type)).join(', ')})`)
		.join(', ');
	await connection.run(`CREATE OR REPLACE TABLE t (row_number INTEGER, ${columns})`);
	await connection.run(`INSERT INTO t VALUES ${values}`);
}

/** A value as DuckDB's text of it; datetimes as microseconds. Doubles stay numbers. */
function ours(vector: Vector, row: number, type: DataType): string | number | null {
	const value = valueAt(vector, row);
	if (value === null) return null;
	if (type.kind === 'datetime') return String(Math.round((value as number) * 1000));
	return type.kind === 'double' ? (value as number) : formatValue(type, value);
}

function selected(sql: string, type: DataType): string {
	if (type.kind === 'double') return sql;
	if (type.kind === 'decimal') return `CAST(CAST(${sql} AS DECIMAL(38,${type.scale})) AS VARCHAR)`;
	return type.kind === 'datetime' ? `CAST(epoch_us(${sql}) AS VARCHAR)` : `CAST(${sql} AS VARCHAR)`;
}

/** The C library's and V8's transcendental functions may differ in the last bits. */
function same(a: string | number | null, b: unknown): boolean {
	if (typeof a !== 'number' || typeof b !== 'number') return a === b;
	return Object.is(a, b) || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b), 1e-300);
}

const counts = { expressions: 0, values: 0, nulls: 0, failedRows: 0, failuresAgreed: 0, refused: 0, untranslated: 0 };

interface Prepared {
	readonly text: string;
	readonly expr: Expr;
	readonly sql: string;
}

/** They give a value although an argument is null. */
const BEYOND_NULL: ReadonlySet<string> = new Set(['greatest', 'least', 'nullif', 'is_null', 'is_not_null', 'is_distinct', 'in', 'between']);

/** One function of columns and literals, cast or not. */
function isFlat(expr: Expr): boolean {
	return expr.kind === 'call' && !BEYOND_NULL.has(expr.function) && expr.arguments.every(isLeaf);
}

function isLeaf(expr: Expr): boolean {
	return expr.kind === 'column' || expr.kind === 'literal' || (expr.kind === 'cast' && isLeaf(expr.argument));
}

/** Checked and translated; null where documented to be refused, or where DuckDB has nothing like it. */
function prepare(text: string): Prepared | null {
	const checked = checkExpression(text, { schema: RANDOM_SCHEMA, variables: NO_VARIABLES });
	if ('faults' in checked) {
		expect(checked.faults.map(({ message }) => message).join()).toMatch(/digits behind the point/);
		counts.refused++;
		return null;
	}
	const bound = emitDuckDb(checked.expr);
	if (bound === null) counts.untranslated++;
	return bound === null ? null : { text, expr: checked.expr, sql: bound.sql };
}

function compareColumn({ text, expr, sql }: Prepared, theirs: readonly unknown[], rows: readonly Row[], batch: Batch): void {
	const errors: RowError[] = [];
	const vector = compile(expr)(batch, errors);
	const failed = new Set(errors.map(({ row }) => row));
	expect(failed.size).toBe(errors.length);
	counts.expressions++;
	rows.forEach((row, index) => {
		if (failed.has(index)) {
			counts.failedRows++;
			// A row may fail only where there is no value: told where nothing around the failure makes one of it.
			if (isFlat(expr)) {
				counts.failuresAgreed++;
				const theirValue = theirs[index] ?? null;
				// Its doubles overflow to infinity, and have roots of negative numbers.
				const isNumber = typeof theirValue !== 'number' || Number.isFinite(theirValue);
				if (theirValue !== null && isNumber) throw new Error(`${text} fails over ${JSON.stringify(row)}, DuckDB gives ${String(theirValue)}\n${sql}`);
			}
			return;
		}
		const value = ours(vector, index, expr.type);
		counts.values++;
		if (value === null) counts.nulls++;
		if (!same(value, theirs[index] ?? null))
			throw new Error(`${text}\nover ${JSON.stringify(row)}\nhere ${JSON.stringify(value)}, DuckDB ${String(theirs[index])}\n${sql}`);
	});
}

it('gives what DuckDB gives, for random expressions over random rows', { timeout: 3_600_000 }, async () => {
	const anyExpression = fc.oneof(...Object.values(randomExpressions));
	const expressions = fc.array(anyExpression, { minLength: EXPRESSIONS_A_RUN, maxLength: EXPRESSIONS_A_RUN });
	await fc.assert(
		fc.asyncProperty(expressions, fc.array(randomRow, { minLength: 16, maxLength: 24 }), async (texts, rows) => {
			const prepared = texts.map(prepare).filter((each) => each !== null);
			if (prepared.length === 0) return;
			const batch = batchOf(rows);
			await load(rows);
			const columns = prepared.map(({ sql, expr }, index) => `${selected(sql, expr.type)} AS c${index}`).join(', ');
			const result = (await connection.runAndReadAll(`SELECT ${columns} FROM t ORDER BY row_number`)).getRows();
			prepared.forEach((each, column) => {
				const theirs = result.map((row) => row[column]);
				compareColumn(each, theirs, rows, batch);
			});
		}),
		{ numRuns: RUNS, ...(process.env['DIFFERENTIAL_SEED'] === undefined ? {} : { seed: Number(process.env['DIFFERENTIAL_SEED']) }) },
	);
	console.log(`DuckDB differential: ${JSON.stringify(counts)}`);
	expect(counts.values).toBeGreaterThan(RUNS * EXPRESSIONS_A_RUN * 8);
	expect(counts.untranslated).toBeLessThan(counts.expressions / 10);
});
