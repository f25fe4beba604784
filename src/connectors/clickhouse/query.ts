import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { TableStore } from '../connector.ts';
import { CLICKHOUSE_RULES } from '../sql/lexer.ts';
import { uniqueNames } from '../sql/names.ts';
import { hasAtTop, type OneStatement, oneStatement, splitStatements } from '../sql/statements.ts';
import type { ClickhouseClient } from './client.ts';
import { inline, quoteName } from './literal.ts';
import { batchOf } from './rows.ts';
import { rowsOf } from './tables.ts';
import { selectable, typeOfNative } from './types.ts';

export interface QueryColumn {
	readonly name: string;
	readonly native: string;
}

/** The columns a query gives, asked of the server without running it. */
export async function columnsOf(client: ClickhouseClient, query: string): Promise<QueryColumn[]> {
	const rows = await rowsOf(client, `DESCRIBE (${query}\n)`);
	const names = uniqueNames(rows.map((row) => row[0] ?? ''));
	return rows.map((row, index) => ({ name: names[index] ?? '', native: row[1] ?? '' }));
}

export async function describeQuery(client: ClickhouseClient, query: string, parameters: readonly QueryParameter[]): Promise<Schema> {
	const statement = oneStatement({ sql: query, parameters }, CLICKHOUSE_RULES);
	refuseFormat(statement);
	return (await columnsOf(client, inline(statement))).map(({ name, native }) => ({ name, type: typeOfNative(native) }));
}

/** Users' SQL: one statement that reads, or any number of them one after another, for there is no transaction (the last one's rows). */
export async function execute(
	client: ClickhouseClient,
	bound: BoundSql,
	options: { readonly maxRows: number; readonly readOnly: boolean },
): ReturnType<TableStore['execute']> {
	const statements = options.readOnly ? [oneStatement(bound, CLICKHOUSE_RULES)] : splitStatements(bound, CLICKHOUSE_RULES);
	const last = statements.at(-1);
	if (last === undefined) throw new AppError('invalid_input', 'The SQL is empty.', { hint: 'Give at least one statement.' });
	for (const statement of statements.slice(0, -1)) await client.text({ sql: inline(statement), readOnly: false, repeatable: false });
	if (last.verb !== 'SELECT') return answerOf(client, last, options);
	refuseFormat(last);
	const query = inline(last);
	const columns = await columnsOf(client, query);
	// Columns of one name cannot be told apart behind FROM; then they come as the server prints them.
	if (columns.some(({ name }) => /:\d+$/.test(name))) return answerOf(client, last, options);
	const cells = columns.map(({ name, native }) => selectable(`t.${quoteName(name)}`, typeOfNative(native), native));
	const sql = `SELECT ${cells.join(', ')} FROM (${query}\n) AS t FORMAT JSONCompactEachRow`;
	const text = await client.text({ sql, readOnly: options.readOnly, repeatable: true, settings: atMost(options.maxRows) });
	return resultOf(
		columns.map(({ name, native }) => ({ name, type: typeOfNative(native) })),
		linesOf(text),
		options.maxRows,
	);
}

/** The server stops behind the block in which there are enough rows. */
function atMost(maxRows: number): Record<string, string> {
	return { max_result_rows: String(maxRows + 1), result_overflow_mode: 'break' };
}

async function answerOf(
	client: ClickhouseClient,
	statement: OneStatement,
	options: { readonly maxRows: number; readonly readOnly: boolean },
): ReturnType<TableStore['execute']> {
	const settings = { default_format: 'JSONCompactEachRowWithNamesAndTypes', ...(statement.verb === 'SELECT' ? atMost(options.maxRows) : {}) };
	const text = await client.text({ sql: inline(statement), readOnly: options.readOnly, repeatable: false, settings });
	const [names, types, ...rows] = linesOf(text);
	const schema = uniqueNames((names ?? []).map(String)).map((name, index) => ({ name, type: typeOfNative(String(types?.[index] ?? 'String')) }));
	return resultOf(schema, rows, options.maxRows);
}

function resultOf(schema: Schema, rows: readonly Json[][], maxRows: number): Awaited<ReturnType<TableStore['execute']>> {
	return { batch: batchOf(schema, rows.slice(0, maxRows), 'statement'), truncated: rows.length > maxRows, rowsWritten: 0 };
}

function linesOf(text: string): Json[][] {
	return text
		.split('\n')
		.filter((line) => line.startsWith('['))
		.map((line) => JSON.parse(line) as Json[]);
}

/** The format of an answer is the connector's affair, and `INTO OUTFILE` is none of a server's. */
export function refuseFormat(statement: OneStatement): void {
	const found = ['FORMAT', 'INTO'].find((word) => hasAtTop(statement, word));
	if (found === undefined) return;
	throw new AppError('invalid_input', `The query has ${found}, which cannot stand here.`, { hint: 'Leave it out: rows are read in a format of the gateway.' });
}
