import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { DataType } from '../../../src/data/types.ts';
import { rounded } from '../engine/support/duckdb.ts';
import { duckDbType } from '../expression/duckdb-dialect.ts';
import type { BaseTable } from './tables.ts';

let connecting: Promise<DuckDBConnection> | undefined;

/** The rows of each query over the tables. */
export async function askDuckDb(tables: readonly BaseTable[], queries: readonly string[]): Promise<Record<string, unknown>[][]> {
	connecting ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());
	const connection = await connecting;
	// Its rewriting makes false of a comparison of date_trunc(null) with what is no beginning of a month.
	await connection.run("SET disabled_optimizers = 'expression_rewriter'");
	for (const { id, schema, rows } of tables) {
		await connection.run(`CREATE OR REPLACE TEMP TABLE ${id} (${schema.map(({ name, type }) => `"${name}" ${duckDbType(type)}`).join(', ')})`);
		const values = rows.map((row) => `(${schema.map(({ name, type }) => literal(type, row[name])).join(', ')})`);
		if (values.length > 0) await connection.run(`INSERT INTO ${id} VALUES ${values.join(', ')}`);
	}
	const results: Record<string, unknown>[][] = [];
	for (const query of queries) {
		try {
			results.push((await connection.runAndReadAll(query)).getRowObjectsJson() as Record<string, unknown>[]);
		} catch (error) {
			throw new Error(`DuckDB: ${String(error)}\n${query}`);
		}
	}
	return results;
}

function literal(type: DataType, value: unknown): string {
	if (value === null || value === undefined) return 'NULL';
	const text = type.kind === 'json' ? JSON.stringify(value) : type.kind === 'datetime' ? String(value).replace('T', ' ').replace('Z', '') : String(value);
	return `'${text.replaceAll("'", "''")}'`;
}

/** Rows as texts that are equal where the rows are: numbers of eleven digits, JSON as its value, datetimes as ours are written. */
export function comparable(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
	return rows.map((row) => JSON.stringify(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function plain(value: unknown): unknown {
	if (typeof value === 'boolean' || value === null) return value;
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
	const text = String(value);
	if (typeof value === 'string' && /^[[{].*[\]}]$/s.test(text)) return plain(JSON.parse(text));
	if (typeof value === 'string' && /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return text;
	if (/^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text)) return rounded(Number(text));
	return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/, '$1T$2Z');
}
