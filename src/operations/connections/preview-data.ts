import type { TableColumn, TablePage, TableStore } from '../../connectors/connector.ts';
import { refuseMisfits } from '../../connectors/sql/misfit.ts';
import { rowsToJson } from '../../data/json.ts';
import { knownSource, pushedDown } from '../../engine/scan/pushed-down.ts';
import { checkExpression } from '../../expression/check.ts';
import type { Expr } from '../../expression/ir.ts';
import { NO_VARIABLES } from '../../expression/variables.ts';
import { AppError } from '../../lib/errors.ts';
import { redactDeep, redactor } from '../../lib/redact.ts';
import type { Principal } from '../../model/principal.ts';
import type { PreviewView } from '../../model/views/connection.ts';
import type { TableSource } from '../../plan/endpoints.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import { withDatabase } from './database.ts';
import { columnView, describeTable } from './discover-schema.ts';

export interface PreviewDataInput {
	readonly connection_id: number;
	readonly table: string;
	readonly schema_name?: string | undefined;
	/** 20 unless given, most 200. */
	readonly row_count?: number | undefined;
	/** One expression of our grammar over the table's columns. */
	readonly where_clause?: string | undefined;
}

const ROWS = { normal: 20, most: 200 };
/** Where the database cannot say the condition, pages are read and filtered here, so many at most. */
const PAGES = 20;
const PAGE_ROWS = 1_000;

/** Columns and a few rows of one database table; known secret values are blanked. */
export async function previewData(context: OperationContext, principal: Principal, input: PreviewDataInput): Promise<PreviewView> {
	const wanted = within('row_count', input.row_count ?? ROWS.normal, 1, ROWS.most);
	const { connection_id, table } = input;
	const schema_name = input.schema_name ?? null;
	return withDatabase(context, principal.account.id, connection_id, async (opened) => {
		const columns = await describeTable(opened, schema_name, table);
		const where = input.where_clause === undefined ? null : readCondition(input.where_clause, columns);
		const found = await firstRows(opened.connection, { connection: connection_id, schema: schema_name, table, columns, where }, wanted + 1);
		const rows = redactDeep(found.slice(0, wanted), redactor(opened.secrets));
		return { connection_id, schema_name, table, columns: columns.map(columnView), rows, row_count: rows.length, truncated: found.length > wanted };
	});
}

/** Semicolons, comments and subqueries are no part of the grammar, so there is nothing to smuggle in: values are bound, names quoted. */
function readCondition(text: string, columns: readonly TableColumn[]): Expr {
	const schema = columns.map(({ name, type }) => ({ name, type }));
	const checked = checkExpression(text, { schema, variables: NO_VARIABLES, expect: 'boolean' });
	if ('expr' in checked) return checked.expr;
	const [first] = checked.faults;
	throw new AppError('invalid_input', `where_clause is no condition over this table: ${first?.message ?? 'it cannot be read'}`, {
		hint: `${first?.hint ?? ''} It is one expression such as amount > 1000 and city = 'Rome'; semicolons, SQL comment markers and subqueries are rejected.`.trim(),
		details: { problems: checked.faults.map(({ message, hint, line, column }) => ({ message, hint, line, column })) },
	});
}

interface Selection {
	readonly connection: number;
	readonly schema: string | null;
	readonly table: string;
	readonly columns: readonly TableColumn[];
	readonly where: Expr | null;
}

async function firstRows(store: TableStore, selection: Selection, wanted: number): Promise<Record<string, unknown>[]> {
	const { connection, schema, table, where } = selection;
	const fields = selection.columns.map(({ name, type }) => ({ source: name, name, type, format: null }));
	const source: TableSource = { kind: 'table', connection, from: { schema, table }, where, splitBy: null, parallel: 1, fields };
	const pushed = pushedDown(source, fields, await knownSource(store, source, null), null);
	const pageRows = pushed.keep === null ? wanted : PAGE_ROWS;
	const columns = [...fields, ...pushed.extra].map(({ source: name, name: alias, type }) => ({ source: String(name), name: alias, type }));
	const read = { from: { schema, table }, columns, where: pushed.where, splitBy: null, pageRows };
	const rows: Record<string, unknown>[] = [];
	let cursor: string | null = null;
	for (let pages = 0; pages < PAGES && rows.length < wanted; pages++) {
		const page: TablePage = await store.readPage(read, cursor);
		const { batch } = page;
		refuseMisfits(page);
		const shown = { schema: batch.schema.slice(0, fields.length), length: batch.length, columns: batch.columns.slice(0, fields.length) };
		rows.push(...rowsToJson(pushed.keep === null ? shown : pushed.keep(batch, shown)));
		cursor = page.cursor;
		if (cursor === null) break;
	}
	return rows.slice(0, wanted);
}
