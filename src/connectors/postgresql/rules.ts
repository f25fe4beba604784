import type { TableDestination } from '../../plan/endpoints.ts';
import type { ResolvedTarget } from '../sql/target.ts';
import type { PgClient } from './client.ts';

/** What a table may refuse rows by that fit its columns. */
export interface Rules {
	/** Constraints of the table that are looked at no earlier than at the commit, as `SET CONSTRAINTS` takes them. */
	readonly deferred: readonly string[];
	/** Its rows refer to others of its rows, which may come behind them. */
	readonly refersToItself: boolean;
}

/**
 * A unique index counts where a written column is in it (or may be, in an expression); that over a merge's own keys is kept by the merge.
 * Rows that others refer to are met by merges alone.
 */
const SQL = `WITH t AS (SELECT c.oid, c.relkind FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v')),
	named AS (SELECT (SELECT array_agg(a.attnum) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attname IN (SELECT json_array_elements_text($3::json))) AS written,
		(SELECT array_agg(a.attnum) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attname IN (SELECT json_array_elements_text($4::json))) AS keys FROM t)
SELECT t.relkind <> 'r'
	OR EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i, LATERAL (SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1]) AS k(nums)
		WHERE i.indrelid = t.oid AND (i.indisunique OR i.indisexclusion) AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR k.nums && named.written)
			AND NOT coalesce(i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL AND k.nums @> named.keys AND k.nums <@ named.keys, false))
	OR EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE (k.conrelid = t.oid AND k.contype IN ('c', 'f')) OR (k.confrelid = t.oid AND named.keys IS NOT NULL))
	OR EXISTS (SELECT 1 FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D')
	OR EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attgenerated <> ''),
	(SELECT json_agg(quote_ident(n.nspname) || '.' || quote_ident(k.conname)) FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
		WHERE k.conrelid = t.oid AND k.condeferred),
	EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = t.oid AND k.confrelid = t.oid)
FROM t, named`;

/** Null where nothing about the table can refuse a staged row, or it is not there yet. Foreign tables are of other servers, which may undo nothing. */
export async function rulesOf(client: PgClient, schema: string, { table }: TableDestination, target: ResolvedTarget): Promise<Rules | null> {
	const columns = target.columns.map(({ column }) => column);
	const keys = target.keys.map((key) => columns[key]);
	const [row] = (await client.query(SQL, [schema, table, JSON.stringify(columns), JSON.stringify(keys)])).rows;
	if (row?.[0] !== 't') return null;
	return { deferred: JSON.parse(row[1] ?? '[]') as string[], refersToItself: row[2] === 't' };
}
