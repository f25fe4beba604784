import type { TableRead, TableStore, TableWrite } from '../../../src/connectors/connector.ts';
import { valueAt } from '../../../src/data/access.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { parseTypeName } from '../../../src/data/type-names.ts';
import type { DataType, Schema, Value } from '../../../src/data/types.ts';
import type { TableDestination } from '../../../src/plan/endpoints.ts';

/** `type('decimal(12,2)')`; a test with a type that is none is wrong. */
export function type(name: string): DataType {
	const parsed = parseTypeName(name);
	if (parsed === null) throw new Error(`no type ${name}`);
	return parsed;
}

/** `aBatch({ id: 'long', name: 'string' }, [[1, 'a'], [2, null]])` */
export function aBatch(fields: Readonly<Record<string, string>>, rows: readonly (readonly Value[])[]): Batch {
	const schema: Schema = Object.entries(fields).map(([name, kind]) => ({ name, type: type(kind) }));
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type);
		for (const row of rows) builder.push(row[index] ?? null);
		return builder.finish();
	});
	return { schema, length: rows.length, columns };
}

export function rowsOf(batch: Batch): Value[][] {
	return Array.from({ length: batch.length }, (_, row) => batch.columns.map((column) => valueAt(column, row)));
}

export function aDestination(table: string, fields: Readonly<Record<string, string>>, more: Partial<TableDestination> = {}): TableDestination {
	return {
		kind: 'table',
		connection: 1,
		schema: null,
		table,
		operation: 'append',
		mergeKeys: [],
		mergeCondition: null,
		createTable: true,
		addMissingColumns: false,
		columns: Object.entries(fields).map(([name, kind]) => ({ field: name, column: name, type: type(kind) })),
		preSql: null,
		postSql: null,
		batchSize: 1000,
		...more,
	};
}

let owners = 0;

/** Begins, writes and commits: what a run without trouble does. */
export async function land(store: TableStore, destination: TableDestination, batches: readonly Batch[], more: Partial<TableWrite> = {}): Promise<number> {
	const writer = store.writer({ destination, owner: `run_${++owners}_${destination.table}`, mergeCondition: null, ...more });
	await writer.begin();
	for (const [sequence, batch] of batches.entries()) {
		const rejected = await writer.write(batch, sequence);
		if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
	}
	return (await writer.commit()).rows;
}

/** All rows of a table or query, page by page. */
export async function readAll(
	store: TableStore,
	from: TableRead['from'],
	fields: Readonly<Record<string, string>>,
	more: Partial<TableRead> = {},
): Promise<{ rows: Value[][]; pages: number }> {
	const read: TableRead = {
		from,
		columns: Object.entries(fields).map(([name, kind]) => ({ source: name, name, type: type(kind) })),
		where: null,
		splitBy: null,
		pageRows: 1000,
		...more,
	};
	const rows: Value[][] = [];
	let cursor: string | null = null;
	let pages = 0;
	do {
		const page: Awaited<ReturnType<TableStore['readPage']>> = await store.readPage(read, cursor);
		rows.push(...rowsOf(page.batch));
		cursor = page.cursor;
		pages++;
	} while (cursor !== null);
	return { rows, pages };
}

/** Runs SQL that writes; for setting a test's table up. */
export async function run(store: TableStore, sql: string): Promise<void> {
	await store.execute({ sql, parameters: [] }, { maxRows: 0, readOnly: false });
}
