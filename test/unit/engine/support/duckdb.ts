import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { typeName } from '../../../../src/data/type-names.ts';
import type { DataType } from '../../../../src/data/types.ts';
import { schemaOf } from './plans.ts';

export interface Table {
	/** As `schemaOf` reads it. */
	readonly schema: string;
	readonly rows: readonly Record<string, unknown>[];
}

const SQL_TYPES: Partial<Record<DataType['kind'], string>> = {
	string: 'VARCHAR',
	integer: 'INTEGER',
	long: 'BIGINT',
	double: 'DOUBLE',
	float: 'FLOAT',
	boolean: 'BOOLEAN',
	date: 'DATE',
	datetime: 'TIMESTAMP',
};

let connecting: Promise<DuckDBConnection> | undefined;

/** What DuckDB says of the same rows, as comparable texts; see `comparable`. */
export async function duckdb(tables: Record<string, Table>, query: string): Promise<string[]> {
	connecting ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());
	const connection = await connecting;
	for (const [name, { schema, rows }] of Object.entries(tables)) {
		const fields = schemaOf(schema);
		await connection.run(`CREATE OR REPLACE TEMP TABLE ${name} (${fields.map((field) => `"${field.name}" ${sqlType(field.type)}`).join(', ')})`);
		for (let from = 0; from < rows.length; from += 500) {
			const values = rows.slice(from, from + 500).map((row) => `(${fields.map((field) => literalOf(field.type, row[field.name])).join(', ')})`);
			await connection.run(`INSERT INTO ${name} VALUES ${values.join(', ')}`);
		}
	}
	const result = await connection.runAndReadAll(query);
	return comparable(result.getRowObjectsJson());
}

function sqlType(type: DataType): string {
	return SQL_TYPES[type.kind] ?? typeName(type).toUpperCase();
}

function literalOf(type: DataType, value: unknown): string {
	if (value === null || value === undefined) return 'NULL';
	if (type.kind === 'string' || type.kind === 'date') return `'${String(value).replaceAll("'", "''")}'`;
	if (type.kind === 'datetime') return `'${String(value).replace('T', ' ').replace('Z', '')}'`;
	if (type.kind === 'double' && typeof value === 'number' && !Number.isFinite(value)) return `'${value}'::DOUBLE`;
	return String(value);
}

/** Rows as texts that are equal where the rows are: numbers of twelve digits, whatever type they came in. */
export function comparable(rows: readonly Record<string, unknown>[]): string[] {
	return rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))));
}

function plain(value: unknown): unknown {
	if (typeof value === 'boolean' || value === null) return value;
	if (Array.isArray(value)) return value.map(plain);
	const text = String(value);
	if (typeof value === 'string' && /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return text;
	if (/^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text)) return rounded(Number(text));
	return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/, '$1T$2Z');
}

/** Doubles this small have fewer digits than others, and what was computed with them differs in the last that they have. */
const FEW_DIGITS = 1e-296;

/** To eleven digits, since sums and products are made in another order elsewhere. */
export function rounded(value: number): number {
	return Math.abs(value) < FEW_DIGITS ? 0 : Number(value.toPrecision(11)) + 0;
}

export function sorted(rows: readonly string[]): string[] {
	return [...rows].sort();
}
