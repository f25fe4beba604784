import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { formatValue } from '../../data/text.ts';
import type { Schema } from '../../data/types.ts';
import type { MisfitCell, SqlCell, SqlStatement, TablePage, TableRead } from '../connector.ts';
import { SQLITE_RULES } from '../sql/lexer.ts';
import { misfit } from '../sql/misfit.ts';
import { quoteName } from '../sql/names.ts';
import { requireColumns } from '../sql/require-columns.ts';
import { oneStatement } from '../sql/statements.ts';
import { bind } from './bind.ts';
import { exactly, readCell, readOffset } from './cells.ts';
import type { SqliteClient } from './client.ts';
import { guardQuery } from './guard.ts';
import { describeTable, missingTable, onlyMain } from './tables.ts';
import { type Affinity, affinityOf } from './types.ts';

/**
 * One page. A table with row ids is read in their order, each page from behind the last row seen, so a page costs the same wherever
 * it stands; rows that others write meanwhile may or may not be seen. Everything else (queries, views) is kept as it was when
 * the first page was read, and paged from there.
 */
export async function readPage(client: SqliteClient, read: TableRead, cursor: string | null): Promise<TablePage> {
	const schema = read.columns.map((column) => ({ name: column.name, type: column.type }));
	if (cursor?.startsWith('snapshot ')) {
		const page = await client.page(cursor.slice('snapshot '.length));
		return pageOf(schema, page.rows, read, page.cursor === null ? null : `snapshot ${page.cursor}`);
	}
	if ('query' in read.from) {
		const query = bind(guardQuery({ sql: read.from.query, parameters: read.from.parameters }));
		return snapshot(client, read, schema, { sql: `(${query.sql}\n)`, bindings: query.bindings });
	}
	onlyMain(read.from.schema);
	const table = await describeTable(client, read.from.table);
	if (table === null) throw await missingTable(client, read.from.table);
	requireColumns(
		read,
		table.columns.map((column) => column.name),
		sourceName(read),
		(name) => name.toLowerCase(),
	);
	const from = { sql: `main.${quoteName(read.from.table)}`, bindings: [] };
	if (table.rowId === null) return snapshot(client, read, schema, from);
	const affinities = new Map(table.columns.map((column) => [column.name.toLowerCase(), affinityOf(column.nativeType)]));
	return keyset(client, read, schema, from, { rowId: `t.${table.rowId}`, affinities }, cursor);
}

async function keyset(
	client: SqliteClient,
	read: TableRead,
	schema: Schema,
	from: SqlStatement,
	table: { readonly rowId: string; readonly affinities: ReadonlyMap<string, Affinity> },
	cursor: string | null,
): Promise<TablePage> {
	const { rowId, affinities } = table;
	const where = condition(read);
	const behind = cursor === null ? [] : [`${rowId} > CAST(? AS INTEGER)`];
	const conditions = [...behind, ...(where === null ? [] : [`(${where.sql}\n)`])];
	const sql = `SELECT ${[...selected(read, affinities), `CAST(${rowId} AS TEXT)`].join(', ')} FROM ${from.sql} AS t
		${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY ${rowId} LIMIT CAST(? AS INTEGER)`;
	const bindings = [...(cursor === null ? [] : [cursor]), ...(where?.bindings ?? []), read.pageRows];
	const result = await client.query({ sql, bindings }, read.pageRows);
	const more = result.truncated || result.rows.length === read.pageRows;
	return pageOf(schema, result.rows, read, more ? String(result.rows.at(-1)?.at(-1)) : null);
}

async function snapshot(client: SqliteClient, read: TableRead, schema: Schema, from: SqlStatement): Promise<TablePage> {
	const where = condition(read);
	const sql = `SELECT ${selected(read).join(', ')} FROM ${from.sql} AS t${where === null ? '' : ` WHERE (${where.sql}\n)`}`;
	const page = await client.snapshot({ sql, bindings: [...from.bindings, ...(where?.bindings ?? [])] }, read.pageRows);
	return pageOf(schema, page.rows, read, page.cursor === null ? null : `snapshot ${page.cursor}`);
}

function condition(read: TableRead): SqlStatement | null {
	return read.where === null ? null : bind(oneStatement(read.where, SQLITE_RULES));
}

function selected(read: TableRead, affinities: ReadonlyMap<string, Affinity> | null = null): string[] {
	// Qualified, because SQLite takes an unknown "name" alone for a text.
	const columns = read.columns.map((column) => exactly(`t.${quoteName(column.source)}`, column.type, affinities?.get(column.source.toLowerCase()) ?? null));
	return columns.length === 0 ? ['NULL'] : columns;
}

function pageOf(schema: Schema, rows: readonly (readonly SqlCell[])[], read: TableRead, cursor: string | null): TablePage {
	const misfits: MisfitCell[] = [];
	return { batch: batchOf(schema, rows, sourceName(read), misfits), misfits, cursor };
}

function sourceName(read: TableRead): string {
	return 'query' in read.from ? 'query' : `table ${read.from.table}`;
}

/** Rows of cells as a batch; a cell that is not of its column's type is told in `misfits`, or else an error. Cells behind the schema's are ignored. */
export function batchOf(schema: Schema, rows: readonly (readonly SqlCell[])[], source: string, misfits: MisfitCell[] | null = null): Batch {
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		const zoned = field.type.kind === 'datetime';
		for (const [row, cells] of rows.entries()) {
			const cell = cells[index] ?? null;
			const value = readCell(field.type, cell);
			if (value === undefined) misfit({ field, row, column: index, shown: shownCell(cell), source, hint: HINT }, misfits);
			builder.push(value ?? null, zoned ? readOffset(cell) : 0);
		}
		return builder.finish();
	});
	return { schema, length: rows.length, columns };
}

function shownCell(cell: SqlCell): string {
	if (cell instanceof Uint8Array) return `${cell.byteLength} bytes (base64 ${formatValue({ kind: 'binary' }, cell).slice(0, 40)})`;
	return JSON.stringify(cell)?.slice(0, 80);
}

const HINT = 'SQLite keeps any value in any column: give the field the type string, or convert it in a query.';
