import type { Batch } from '../../data/batch.ts';
import type { Value } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { RejectedRow } from '../connector.ts';
import { carryRows, Refusal } from '../sql/carry-row.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { errorNumber, type MysqlClient } from './client.ts';
import { ROW_COLUMN } from './commit.ts';
import { literal, quoteName } from './literal.ts';

/** Bounds of one INSERT; the smallest max_allowed_packet a server starts with is 16 MB. */
const MAX_ROWS = 5000;
const MAX_LENGTH = 2 * 1024 * 1024;
/** The server names one bad row an attempt; a batch with more than this is refused as a whole. */
const MAX_SERVER_REJECTIONS = 100;
/** Rows a batch can have at most times this keeps arrival order across batches. */
const ROWS_PER_BATCH = 1_048_576;

/**
 * Inserts a batch into the staging table in one transaction with its ledger entry. A row that the server itself does not take (an
 * enum's value, a text too long) is named in its error; it is rejected and the rest is inserted again.
 */
export async function insertRows(
	client: MysqlClient,
	batch: Batch,
	target: ResolvedTarget,
	step: { readonly stage: string; readonly sequence: number; readonly enter: (rows: number, rejected: readonly RejectedRow[]) => Promise<void> },
): Promise<readonly RejectedRow[]> {
	const { cells, rejected } = carryRows(batch, target.columns, cellText);
	const head = `INSERT INTO ${step.stage} (${[ROW_COLUMN, ...target.columns.map((column) => quoteName(column.column))].join(', ')}) VALUES `;
	for (let attempt = 0; ; attempt++) {
		const rows = Array.from({ length: batch.length }, (_, row) => row).filter((row) => !rejected.has(row));
		const all = () => [...rejected.values()].sort((a, b) => a.row - b.row);
		let current: readonly number[] = [];
		try {
			await client.transaction('START TRANSACTION', async () => {
				await step.enter(rows.length, all());
				for (const { sql, of } of inserts(
					rows,
					(row) => `(${[step.sequence * ROWS_PER_BATCH + row, ...cells.map((column) => column[row] ?? 'NULL')].join(',')})`,
				)) {
					current = of;
					await client.query(head + sql);
				}
			});
			return all();
		} catch (error) {
			const refused = refusedRow(error, current, target);
			if (refused === null || attempt >= MAX_SERVER_REJECTIONS) throw error;
			rejected.set(refused.row, refused);
		}
	}
}

function* inserts(rows: readonly number[], spell: (row: number) => string): Generator<{ sql: string; of: readonly number[] }> {
	let texts: string[] = [];
	let of: number[] = [];
	let length = 0;
	for (const row of rows) {
		const text = spell(row);
		if (of.length > 0 && (of.length >= MAX_ROWS || length + text.length > MAX_LENGTH)) {
			yield { sql: texts.join(','), of };
			[texts, of, length] = [[], [], 0];
		}
		texts.push(text);
		of.push(row);
		length += text.length;
	}
	if (of.length > 0) yield { sql: texts.join(','), of };
}

/** `Data too long for column 'x' at row 3`: errors of data carry column and row; others are not about one row. */
function refusedRow(error: unknown, rows: readonly number[], target: ResolvedTarget): RejectedRow | null {
	if (errorNumber(error) === null || !(error instanceof AppError)) return null;
	const row = rows[Number(/ at row (\d+)/.exec(error.message)?.[1]) - 1];
	if (row === undefined) return null;
	const named = /(?:column|for column) (?:(?:[`'][^`']*[`']\.)*)[`']([^`']*)[`']/.exec(error.message)?.[1];
	const field = target.columns.find((column) => column.column === named)?.field ?? null;
	return { row, field, message: error.message };
}

function cellText(value: Exclude<Value, null>, column: TargetColumn): string | Refusal {
	if (typeof value === 'number' && !Number.isFinite(value)) return new Refusal(`MySQL has no ${value} for the column ${column.column}.`);
	return literal(column.type, value);
}
