import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { TableName } from '../connector.ts';
import type { ExistingColumn } from '../sql/target.ts';
import type { ClickhouseClient } from './client.ts';
import { quoteName, quoteText } from './literal.ts';
import { typeOfNative } from './types.ts';

const INTERNAL = '_headgate_';

export async function listTables(
	client: ClickhouseClient,
	schema: string,
	request: { readonly search: string | null; readonly limit: number; readonly offset: number },
): Promise<{ tables: TableName[]; total: number }> {
	const search = request.search === null ? '' : ` AND position(lowerUTF8(name), lowerUTF8(${quoteText(request.search)})) > 0`;
	const matching = `FROM system.tables WHERE database = ${quoteText(schema)} AND NOT startsWith(name, '${INTERNAL}') AND NOT is_temporary${search}`;
	const [total] = await rowsOf(client, `SELECT toString(count()) ${matching}`);
	const rows = await rowsOf(client, `SELECT name ${matching} ORDER BY name LIMIT ${request.limit} OFFSET ${request.offset}`);
	return { tables: rows.map((row) => ({ schema, table: row[0] ?? '' })), total: Number(total?.[0] ?? 0) };
}

export interface ClickhouseTable {
	readonly columns: readonly ExistingColumn[];
	readonly engine: string;
	/** Materialized views that its inserts feed. */
	readonly feeds: readonly string[];
	readonly comment: string;
}

/** Null where there is no such table. */
export async function describeTable(client: ClickhouseClient, schema: string, table: string): Promise<ClickhouseTable | null> {
	const where = `database = ${quoteText(schema)} AND`;
	const [facts] = await rowsOf(
		client,
		`SELECT engine, comment, arrayStringConcat(dependencies_table, ', ') FROM system.tables WHERE ${where} name = ${quoteText(table)}`,
	);
	if (facts === undefined) return null;
	const rows = await rowsOf(
		client,
		`SELECT name, type, default_kind, toString(is_in_primary_key) FROM system.columns WHERE ${where} table = ${quoteText(table)} ORDER BY position`,
	);
	const columns = rows.map(([name, native, defaultKind, inKey]) => ({
		name: name ?? '',
		type: typeOfNative(native ?? ''),
		nativeType: native ?? '',
		nullable: /^(?:LowCardinality\()?Nullable\(/.test(native ?? ''),
		// Its primary key is an index, not a promise that rows differ.
		primaryKey: inKey === '1',
		generated: defaultKind === 'MATERIALIZED' || defaultKind === 'ALIAS',
		refusesNull: !/^(?:LowCardinality\()?Nullable\(/.test(native ?? ''),
		// A column that is left out gets its type's zero.
		required: false,
		open: null,
		maxLength: null,
	}));
	return { columns, engine: facts[0] ?? '', comment: facts[1] ?? '', feeds: (facts[2] ?? '') === '' ? [] : (facts[2] ?? '').split(', ') };
}

/** Rows of texts of a statement that may be repeated; for what the connector itself asks. */
export async function rowsOf(client: ClickhouseClient, sql: string): Promise<(string | null)[][]> {
	const text = await client.text({ sql: `${sql} FORMAT JSONCompactEachRow`, readOnly: true, repeatable: true });
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as (string | null)[]);
}

/** A statement of the connector's own that changes nothing when it is repeated. */
export async function run(client: ClickhouseClient, sql: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
	await client.text({ sql, readOnly: false, repeatable: true, settings });
}

export function qualified(schema: string, table: string): string {
	return `${quoteName(schema)}.${quoteName(table)}`;
}

/** There is no such table: says which one was probably meant. */
export async function missingTable(client: ClickhouseClient, schema: string, table: string): Promise<AppError> {
	const { tables } = await listTables(client, schema, { search: null, limit: 1000, offset: 0 });
	const meant = nearest(
		table,
		tables.map((found) => found.table),
	);
	return new AppError('not_found', `There is no table ${schema}.${table}.`, {
		hint: meant === undefined ? 'discover_schema lists the tables.' : `Did you mean ${meant}?`,
	});
}

/** What staging and ledger are called: `_headgate_…`, in the target's database. */
export function internalName(name: string): string {
	return INTERNAL + name;
}
