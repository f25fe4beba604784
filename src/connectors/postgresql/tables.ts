import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { TableName } from '../connector.ts';
import { quoteName } from '../sql/names.ts';
import type { ExistingColumn } from '../sql/target.ts';
import type { PgClient } from './client.ts';
import { NUMERIC_OID, typeOfOid } from './types.ts';

const INTERNAL = '_headgate_';

/** Tables, views and foreign tables of a schema that the role may read, without the ones writers keep. */
const VISIBLE = `FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = $1 AND NOT starts_with(c.relname::text, '${INTERNAL}') AND ($2::text IS NULL OR strpos(lower(c.relname::text), lower($2)) > 0)`;

export async function listTables(
	client: PgClient,
	schema: string,
	request: { readonly search: string | null; readonly limit: number; readonly offset: number },
): Promise<{ tables: TableName[]; total: number }> {
	const total = await client.query(`SELECT count(*) ${VISIBLE}`, [schema, request.search]);
	const page = `SELECT c.relname ${VISIBLE} ORDER BY c.relname COLLATE "C" LIMIT $3::bigint OFFSET $4::bigint`;
	const { rows } = await client.query(page, [schema, request.search, String(request.limit), String(request.offset)]);
	return { tables: rows.map((row) => ({ schema, table: row[0] ?? '' })), total: Number(total.rows[0]?.[0] ?? 0) };
}

export interface PgTable {
	readonly columns: readonly (ExistingColumn & {
		readonly oid: number;
		/** The collation where it takes different texts for equal; else null. */
		readonly collation: string | null;
	})[];
	/** The primary key's columns in its order; empty where there is none. */
	readonly key: readonly string[];
}

/** Null where there is no such table. */
export async function describeTable(client: PgClient, schema: string, table: string): Promise<PgTable | null> {
	const sql = `SELECT a.attname, a.atttypid::bigint, a.atttypmod, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull OR t.typnotnull,
			a.attgenerated <> '' OR a.attidentity = 'a', a.atthasdef OR a.attidentity <> '', array_position(i.indkey::int2[], a.attnum),
			CASE WHEN a.atttypid = 1043 OR a.atttypid = 1042 THEN nullif(a.atttypmod - 4, -5) END,
			(SELECT quote_ident(l.collname) FROM pg_catalog.pg_collation AS l WHERE l.oid = a.attcollation AND NOT l.collisdeterministic)
		FROM pg_catalog.pg_attribute AS a
		JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
		LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
		WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;
	const { rows } = await client.query(sql, [schema, table]);
	if (rows.length === 0) return null;
	const columns = rows.map(([name, oid, modifier, native, notNull, generated, filled, keyPosition, maxLength, collation]) => ({
		name: name ?? '',
		oid: Number(oid),
		type: typeOfOid(Number(oid), Number(modifier)),
		nativeType: native ?? '',
		nullable: notNull !== 't',
		primaryKey: keyPosition !== null,
		generated: generated === 't',
		refusesNull: notNull === 't',
		required: notNull === 't' && filled !== 't',
		open: Number(oid) === NUMERIC_OID && Number(modifier) < 4 ? ('number' as const) : null,
		maxLength: maxLength === null || maxLength === undefined ? null : Number(maxLength),
		collation: collation ?? null,
	}));
	const key = rows
		.filter((row) => row[7] !== null)
		.sort((a, b) => Number(a[7]) - Number(b[7]))
		.map((row) => row[0] ?? '');
	return { columns, key };
}

/** `"schema"."table"` */
export function qualified(schema: string, table: string): string {
	return `${quoteName(schema)}.${quoteName(table)}`;
}

/** There is no such table: says which one was probably meant. */
export async function missingTable(client: PgClient, schema: string, table: string): Promise<AppError> {
	const { tables } = await listTables(client, schema, { search: null, limit: 1000, offset: 0 });
	const meant = nearest(
		table,
		tables.map((found) => found.table),
	);
	return new AppError('not_found', `There is no table ${schema}.${table}.`, {
		hint: meant === undefined ? 'discover_schema lists the tables.' : `Did you mean ${meant}?`,
	});
}

/** What staging and ledger are called: `_headgate_…`, in the target's schema. */
export function internalName(name: string): string {
	return INTERNAL + name;
}
