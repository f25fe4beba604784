import type { ResolvedTarget } from '../sql/target.ts';
import type { MysqlClient } from './client.ts';
import { quoteText } from './literal.ts';

/**
 * What may refuse rows that fit the columns. `none`: nothing · `some`: rules that a transaction can try · `untried`: what the try does could not
 * be undone, and why.
 */
export type Rules = { readonly kind: 'none' | 'some' } | { readonly kind: 'untried'; readonly because: string };

/** A unique index counts where a written column is in it (or may be, in an expression); that over a merge's own keys is kept by the merge. Rows that others refer to are met by merges alone. */
export async function rulesOf(client: MysqlClient, schema: string, table: string, target: ResolvedTarget): Promise<Rules> {
	const [inSchema, named] = [quoteText(schema), quoteText(table)];
	const merges = target.keys.length > 0;
	const where = `TABLE_SCHEMA = ${inSchema} AND TABLE_NAME = ${named}`;
	const found = await client.query(
		`SELECT t.ENGINE, COALESCE((SELECT e.TRANSACTIONS FROM information_schema.ENGINES AS e WHERE e.ENGINE = t.ENGINE), 'NO'),
			EXISTS (SELECT 1 FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ${inSchema} AND EVENT_OBJECT_TABLE = ${named}),
			LOCATE('partitioned', COALESCE(t.CREATE_OPTIONS, '')) > 0
			OR EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE ${where} AND CONSTRAINT_TYPE IN ('CHECK', 'FOREIGN KEY'))
			OR EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE ${where} AND EXTRA REGEXP 'VIRTUAL|STORED|PERSISTENT')
			OR ${merges} AND EXISTS (SELECT 1 FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE UNIQUE_CONSTRAINT_SCHEMA = ${inSchema} AND REFERENCED_TABLE_NAME = ${named})
		FROM information_schema.TABLES AS t WHERE ${where}`,
	);
	const [engine, transactions, triggers, others] = found.rows[0] ?? [];
	if (engine === undefined) return { kind: 'none' };
	if (transactions !== 'YES') return { kind: 'untried', because: engine === null ? 'the table is a view' : `tables of ${String(engine)} have no transactions` };
	if (triggers === '1') return { kind: 'untried', because: 'what a trigger of the table writes may be past undoing' };
	return { kind: others === '1' || (await hasUniqueIndex(client, where, target)) ? 'some' : 'none' };
}

async function hasUniqueIndex(client: MysqlClient, where: string, target: ResolvedTarget): Promise<boolean> {
	const { rows } = await client.query(`SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS WHERE ${where} AND NON_UNIQUE = 0`);
	const written = new Set(target.columns.map(({ column }) => column.toLowerCase()));
	const keys = new Set(target.keys.map((key) => target.columns[key]?.column.toLowerCase()));
	const indexes = new Map<string, { column: string | null; whole: boolean }[]>();
	for (const [index, column, part] of rows) {
		const parts = indexes.get(String(index)) ?? [];
		parts.push({ column: typeof column === 'string' ? column.toLowerCase() : null, whole: part === null });
		indexes.set(String(index), parts);
	}
	return [...indexes.values()].some((parts) => {
		const ofTheMerge = parts.length === keys.size && parts.every(({ column, whole }) => whole && column !== null && keys.has(column));
		return !ofTheMerge && parts.some(({ column }) => column === null || written.has(column));
	});
}
