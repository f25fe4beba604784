import type { DataType } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { SqlCell, TableName } from '../connector.ts';
import { quoteName } from '../sql/names.ts';
import type { ExistingColumn } from '../sql/target.ts';
import type { SqliteClient } from './client.ts';
import { typeOfDeclared } from './types.ts';

/** Values looked at where a column's declared type says nothing. */
const SAMPLE_ROWS = 1000;

const VISIBLE = `schema = 'main' AND type IN ('table', 'view', 'virtual')
	AND substr(lower(name), 1, 5) <> '__hg_' AND substr(lower(name), 1, 4) <> '_cf_' AND substr(lower(name), 1, 7) <> 'sqlite_'`;

export async function listTables(
	client: SqliteClient,
	request: { readonly search: string | null; readonly limit: number; readonly offset: number },
): Promise<{ tables: TableName[]; total: number }> {
	const matching = request.search === null ? VISIBLE : `${VISIBLE} AND instr(lower(name), lower(?)) > 0`;
	const search = request.search === null ? [] : [request.search];
	const page = `SELECT name, count(*) OVER () FROM pragma_table_list WHERE ${matching} ORDER BY name LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`;
	const found = await client.query({ sql: page, bindings: [...search, request.limit, request.offset] }, request.limit);
	const first = found.rows[0];
	const total = first === undefined && request.offset > 0 ? await count(client, matching, search) : Number(first?.[1] ?? 0);
	return { tables: found.rows.map((row) => ({ schema: null, table: String(row[0]) })), total };
}

async function count(client: SqliteClient, matching: string, bindings: readonly SqlCell[]): Promise<number> {
	const found = await client.query({ sql: `SELECT count(*) FROM pragma_table_list WHERE ${matching}`, bindings }, 1);
	return Number(found.rows[0]?.[0] ?? 0);
}

/** What is known of a table beyond its columns. */
export interface SqliteTable {
	readonly columns: readonly ExistingColumn[];
	/** A name of the row id that no column hides; null for views, virtual tables and tables without row ids. */
	readonly rowId: string | null;
}

/** Null where there is no such table. */
export async function describeTable(client: SqliteClient, table: string): Promise<SqliteTable | null> {
	const sql = `SELECT c.name, c.type, c."notnull", c.pk, c.hidden, t.type, t.wr, c.dflt_value IS NOT NULL
		FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c
		WHERE t.schema = 'main' AND lower(t.name) = lower(?) AND c.hidden <> 1 AND substr(lower(t.name), 1, 5) <> '__hg_' ORDER BY c.cid`;
	const { rows } = await client.query({ sql, bindings: [table] }, 10_000);
	const first = rows[0];
	if (first === undefined) return null;
	const unknown = rows.filter((row) => typeOfDeclared(String(row[1])) === null).map((row) => String(row[0]));
	const sampled = unknown.length === 0 ? new Map<string, DataType>() : await sampleTypes(client, `SELECT * FROM main.${quoteName(table)}`, unknown);
	const columns = rows.map((row) => {
		// An INTEGER PRIMARY KEY is the row id: null there means "the next one".
		const isRowId = Number(row[3]) > 0 && String(row[1]).toUpperCase() === 'INTEGER';
		const refusesNull = row[2] === 1 && !isRowId;
		return {
			name: String(row[0]),
			type: typeOfDeclared(String(row[1])) ?? sampled.get(String(row[0])) ?? ({ kind: 'string' } as const),
			nativeType: String(row[1]),
			nullable: row[2] === 0 && row[3] === 0,
			primaryKey: Number(row[3]) > 0,
			generated: Number(row[4]) >= 2,
			open: typeOfDeclared(String(row[1])) === null ? ('any' as const) : null,
			maxLength: null,
			refusesNull,
			required: refusesNull && row[7] === 0 && Number(row[4]) < 2,
		};
	});
	const names = new Set(columns.map((column) => column.name.toLowerCase()));
	const plain = first[5] === 'table' && first[6] === 0;
	return { columns, rowId: plain ? (['rowid', '_rowid_', 'oid'].find((name) => !names.has(name)) ?? null) : null };
}

/** The narrowest types that hold the values of some columns among a query's first rows; text where nothing narrower fits. */
export async function sampleTypes(client: SqliteClient, query: string, names: readonly string[]): Promise<Map<string, DataType>> {
	const kinds = names.map((name) => `group_concat(DISTINCT typeof(q.${quoteName(name)}))`);
	const sql = `SELECT ${kinds.join(', ')} FROM (SELECT * FROM (${query}\n) LIMIT ${SAMPLE_ROWS}) AS q`;
	const { rows } = await client.query({ sql, bindings: [] }, 1);
	return new Map(names.map((name, index) => [name, typeOfStored(String(rows[0]?.[index] ?? ''))]));
}

function typeOfStored(kinds: string): DataType {
	const seen = new Set(kinds.split(',').filter((kind) => kind !== 'null' && kind !== ''));
	if (seen.size === 1 && seen.has('integer')) return { kind: 'long' };
	if (seen.size > 0 && [...seen].every((kind) => kind === 'integer' || kind === 'real')) return { kind: 'double' };
	if (seen.size === 1 && seen.has('blob')) return { kind: 'binary' };
	return { kind: 'string' };
}

/** The database has one schema, `main`. */
export function onlyMain(schema: string | null): void {
	if (schema === null || schema === '' || schema.toLowerCase() === 'main') return;
	throw new AppError('invalid_input', `The embedded database has no schema ${JSON.stringify(schema)}.`, { hint: 'Leave schema_name out.' });
}

/** There is no such table: says which one was probably meant. */
export async function missingTable(client: SqliteClient, table: string): Promise<AppError> {
	const { tables } = await listTables(client, { search: null, limit: 1000, offset: 0 });
	const meant = nearest(
		table,
		tables.map((found) => found.table),
	);
	return new AppError('not_found', `There is no table ${table} in the embedded database.`, {
		hint: meant === undefined ? (tables.length === 0 ? 'It has no tables yet.' : 'discover_schema lists the tables.') : `Did you mean ${meant}?`,
	});
}
