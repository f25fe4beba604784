import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { TableName } from '../connector.ts';
import type { ExistingColumn } from '../sql/target.ts';
import { errorNumber, type MysqlClient } from './client.ts';
import { quoteName, quoteText } from './literal.ts';
import { typeOfField } from './types.ts';

const INTERNAL = '_headgate_';
const NO_SUCH_TABLE = 1146;
const NO_SUCH_DATABASE = 1049;

export async function listTables(
	client: MysqlClient,
	schema: string,
	request: { readonly search: string | null; readonly limit: number; readonly offset: number },
): Promise<{ tables: TableName[]; total: number }> {
	const search = request.search === null ? '' : ` AND LOCATE(LOWER(${quoteText(request.search)}), LOWER(TABLE_NAME)) > 0`;
	const matching = `FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(schema)} AND LEFT(TABLE_NAME, ${INTERNAL.length}) <> '${INTERNAL}'${search}`;
	const total = await client.query(`SELECT COUNT(*) ${matching}`);
	const page = await client.query(`SELECT TABLE_NAME ${matching} ORDER BY CAST(TABLE_NAME AS BINARY) LIMIT ${request.limit} OFFSET ${request.offset}`);
	return { tables: page.rows.map((row) => ({ schema, table: String(row[0]) })), total: Number(total.rows[0]?.[0] ?? 0) };
}

export interface MysqlTable {
	readonly columns: readonly ExistingColumn[];
	/** The primary key's columns in its order; empty where there is none. */
	readonly key: readonly string[];
}

/** Null where there is no such table. */
export async function describeTable(client: MysqlClient, schema: string, table: string): Promise<MysqlTable | null> {
	const fields = await emptySelect(client, `SELECT * FROM ${qualified(schema, table)} LIMIT 0`);
	if (fields === null) return null;
	const where = `TABLE_SCHEMA = ${quoteText(schema)} AND TABLE_NAME = ${quoteText(table)}`;
	const facts = await client.query(
		`SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT IS NOT NULL, EXTRA, CHARACTER_MAXIMUM_LENGTH, CHARACTER_SET_NAME, COLLATION_NAME, DATA_TYPE
			FROM information_schema.COLUMNS WHERE ${where} ORDER BY ORDINAL_POSITION`,
	);
	const keys = await client.query(
		`SELECT COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE ${where} AND CONSTRAINT_NAME = 'PRIMARY' ORDER BY ORDINAL_POSITION`,
	);
	const key = keys.rows.map((row) => String(row[0]));
	const columns = facts.rows.map((row, index) => {
		const [name, native, nullable, hasDefault, extra, length, charset, collation, kind] = row.map((cell) => (cell === null ? null : String(cell)));
		const field = fields[index];
		const generated = /GENERATED|VIRTUAL|STORED|PERSISTENT/i.test(extra ?? '') && !/DEFAULT_GENERATED/i.test(extra ?? '');
		const refusesNull = nullable === 'NO' && !/auto_increment/i.test(extra ?? '');
		return {
			name: name ?? '',
			type: field === undefined ? ({ kind: 'string' } as const) : typeOfField(field),
			// Staging columns are made from it: with the collation, so that keys compare alike.
			nativeType: `${native}${charset === null || charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${collation}`}`,
			nullable: nullable === 'YES',
			primaryKey: key.includes(name ?? ''),
			generated,
			refusesNull,
			required: refusesNull && hasDefault !== '1' && !generated,
			open: null,
			maxLength: /^(?:var)?char$/i.test(kind ?? '') && length !== null && length !== undefined ? Number(length) : null,
		};
	});
	return { columns, key };
}

async function emptySelect(client: MysqlClient, sql: string): Promise<Awaited<ReturnType<MysqlClient['query']>>['fields'] | null> {
	try {
		return (await client.query(sql)).fields;
	} catch (error) {
		if (errorNumber(error) === NO_SUCH_TABLE || errorNumber(error) === NO_SUCH_DATABASE) return null;
		throw error;
	}
}

export function qualified(schema: string, table: string): string {
	return `${quoteName(schema)}.${quoteName(table)}`;
}

/** There is no such table: says which one was probably meant. */
export async function missingTable(client: MysqlClient, schema: string, table: string): Promise<AppError> {
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
