import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { SqlCell, TableStore } from '../connector.ts';
import { uniqueNames } from '../sql/names.ts';
import type { OneStatement } from '../sql/statements.ts';
import { bind, inline } from './bind.ts';
import { exactly } from './cells.ts';
import type { SqliteClient } from './client.ts';
import { guardQuery, guardRead, guardWrite } from './guard.ts';
import { batchOf } from './read.ts';
import { sampleTypes } from './tables.ts';
import { typeOfDeclared } from './types.ts';

/**
 * The columns a query would give. The database is asked for the declared types of a view over it (made and undone in one
 * transaction); columns that are expressions have none, there the first 1,000 rows are looked at.
 */
export async function describeQuery(client: SqliteClient, query: string, parameters: readonly QueryParameter[]): Promise<Schema> {
	const statement = guardQuery({ sql: query, parameters });
	const schema = await describeStatement(client, statement);
	if (parameters.length > 0) requireNames(schema, await boundNames(client, statement));
	return schema;
}

/** SQLite names an expression by its text, values and all: such a column would have another name in each run. */
function requireNames(schema: Schema, bound: readonly string[]): void {
	const place = schema.findIndex((field, index) => field.name !== bound[index]);
	const column = schema[place];
	if (column === undefined) return;
	throw new AppError('invalid_input', `Column ${place + 1} of the query, ${bound[place] ?? column.name}, has no name of its own.`, {
		hint: 'Write AS and a name behind every expression that holds a variable.',
	});
}

async function boundNames(client: SqliteClient, statement: OneStatement): Promise<readonly string[]> {
	const { sql, bindings } = bind(statement);
	return (await client.query({ sql: `SELECT * FROM (${sql}\n) LIMIT 0`, bindings }, 1)).columns;
}

async function describeStatement(client: SqliteClient, statement: OneStatement): Promise<Schema> {
	const text = inline(statement);
	const [, info] = await client.transact(
		[
			{ sql: `CREATE VIEW __hg_described AS ${text}`, bindings: [] },
			{ sql: 'SELECT name, type FROM pragma_table_xinfo(?)', bindings: ['__hg_described'] },
		],
		true,
	);
	const columns = (info?.rows ?? []).map((row) => ({ name: String(row[0]), declared: String(row[1]) }));
	// An expression over no table has the affinity BLOB; only a column so declared is known to hold bytes.
	const known = (declared: string) => (declared.toUpperCase() === 'BLOB' || declared.toUpperCase() === 'NUM' ? null : typeOfDeclared(declared));
	const unknown = columns.filter((column) => known(column.declared) === null).map((column) => column.name);
	const sampled = unknown.length === 0 ? new Map() : await sampleTypes(client, text, unknown);
	return columns.map((column) => ({ name: column.name, type: known(column.declared) ?? sampled.get(column.name) ?? { kind: 'string' } }));
}

/** Runs users' SQL: one reading statement exactly typed, or any number of writing ones in one transaction (the last one's rows). */
export async function execute(
	client: SqliteClient,
	sql: BoundSql,
	options: { readonly maxRows: number; readonly readOnly: boolean },
): ReturnType<TableStore['execute']> {
	const statements = options.readOnly ? [guardRead(sql)] : guardWrite(sql);
	const only = statements[0];
	if (only === undefined) throw new AppError('invalid_input', 'The SQL is empty.', { hint: 'Give at least one statement.' });
	if (statements.length === 1 && (only.verb === 'SELECT' || only.verb === 'VALUES')) return select(client, only, options.maxRows);
	const results =
		statements.length === 1
			? [await client.query(bind(only), options.maxRows, options.readOnly)]
			: await client.transact(statements.map((statement) => bind(statement)));
	const last = results.at(-1);
	const rows = (last?.rows ?? []).slice(0, options.maxRows);
	const schema = typesOfRows(last?.columns ?? [], rows);
	return {
		batch: batchOf(schema, rows, 'statement'),
		truncated: (last?.truncated ?? false) || rows.length < (last?.rows.length ?? 0),
		rowsWritten: results.reduce((sum, result) => sum + result.rowsWritten, 0),
	};
}

async function select(client: SqliteClient, statement: OneStatement, maxRows: number): ReturnType<TableStore['execute']> {
	guardQuery({ sql: statement.sql, parameters: statement.parameters });
	const described = await describeStatement(client, statement);
	// By place: a bound value changes the name of an expression without one.
	const names = await boundNames(client, statement);
	const schema = described.map((field, index) => ({ name: names[index] ?? field.name, type: field.type }));
	const bound = bind(statement);
	const columns = schema.map((field, index) => exactly(`__hg_q.c${index}`, field.type));
	const named = schema.map((_, index) => `c${index}`).join(', ');
	const sql = `WITH __hg_q(${named}) AS (${bound.sql}\n) SELECT ${columns.join(', ')} FROM __hg_q`;
	const result = await client.query({ sql, bindings: bound.bindings }, maxRows);
	return { batch: batchOf(schema, result.rows, 'query'), truncated: result.truncated, rowsWritten: 0 };
}

/** What RETURNING, PRAGMA and EXPLAIN give cannot be asked for types: the cells themselves say. */
function typesOfRows(names: readonly string[], rows: readonly (readonly SqlCell[])[]): Schema {
	return uniqueNames(names).map((name, index) => {
		const cells = rows.map((row) => row[index] ?? null).filter((cell) => cell !== null);
		const lost = cells.find((cell) => typeof cell === 'number' && Number.isInteger(cell) && !Number.isSafeInteger(cell) && Math.abs(cell) < 2 ** 64);
		if (lost !== undefined) {
			throw new AppError('invalid_input', `The column ${name} gives ${lost}, an integer past 2^53 that arrives with its last digits lost.`, {
				hint: `Return it as text: CAST(${name} AS TEXT).`,
			});
		}
		if (cells.length > 0 && cells.every((cell) => Number.isSafeInteger(cell))) return { name, type: { kind: 'long' } };
		if (cells.length > 0 && cells.every((cell) => typeof cell === 'number')) return { name, type: { kind: 'double' } };
		if (cells.length > 0 && cells.every((cell) => cell instanceof Uint8Array)) return { name, type: { kind: 'binary' } };
		return { name, type: { kind: 'string' } };
	});
}
