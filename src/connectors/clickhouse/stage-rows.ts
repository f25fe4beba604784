import { toBase64 } from '../../data/base64.ts';
import type { Batch } from '../../data/batch.ts';
import { formatValue } from '../../data/text.ts';
import type { Value } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { RejectedRow } from '../connector.ts';
import { carryRows, Refusal } from '../sql/carry-row.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { type ClickhouseClient, errorCode } from './client.ts';
import { quoteName } from './literal.ts';
import { boundsOf } from './types.ts';

/** Arrival order of a staged row. */
export const ROW_COLUMN = '_headgate_row';
/** Rows a batch can have at most times this keeps arrival order across batches. */
const ROWS_PER_BATCH = 1_048_576;
/** The server names one bad row an attempt; a batch with more than this is refused as a whole. */
const MAX_SERVER_REJECTIONS = 100;

/**
 * Inserts a batch into the staging table under a token of its own, by which the server knows it when it comes again. A row that the
 * server itself does not take (an enum's value, a UUID) is named in its error; it is rejected and the rest is inserted again.
 */
export async function stageRows(
	client: ClickhouseClient,
	batch: Batch,
	target: ResolvedTarget,
	step: { readonly stage: string; readonly sequence: number },
): Promise<{ rows: number; rejected: readonly RejectedRow[] }> {
	const { cells, rejected } = carryRows(batch, target.columns, cellText);
	const names = [ROW_COLUMN, ...target.columns.map((column) => column.column)].map(quoteName).join(', ');
	for (let attempt = 0; ; attempt++) {
		const rows = Array.from({ length: batch.length }, (_, row) => row).filter((row) => !rejected.has(row));
		const lines = rows.map((row) => `[${[step.sequence * ROWS_PER_BATCH + row, ...cells.map((column) => column[row] ?? 'null')].join(',')}]`);
		const settings = {
			insert_deduplicate: '1',
			insert_deduplication_token: String(step.sequence),
			async_insert: '0',
			max_insert_block_size: String(ROWS_PER_BATCH),
			input_format_parallel_parsing: '0',
			date_time_input_format: 'best_effort',
		};
		try {
			const sql = `INSERT INTO ${step.stage} (${names}) FORMAT JSONCompactEachRow`;
			if (rows.length > 0) await client.text({ sql, rows: lines.join('\n'), readOnly: false, repeatable: true, settings });
			return { rows: rows.length, rejected: [...rejected.values()].sort((a, b) => a.row - b.row) };
		} catch (error) {
			const refused = refusedRow(error, rows, target);
			if (refused === null || attempt >= MAX_SERVER_REJECTIONS) throw error;
			rejected.set(refused.row, refused);
		}
	}
}

/** `… (while reading the value of key size): (at row 3)` */
function refusedRow(error: unknown, rows: readonly number[], target: ResolvedTarget): RejectedRow | null {
	if (errorCode(error) === null || !(error instanceof AppError)) return null;
	const row = rows[Number(/\(at row (\d+)\)/.exec(error.message)?.[1]) - 1];
	if (row === undefined) return null;
	const named = /value of key ([^:)]+)|[Cc]olumn [`"']?([^`"':,\s]+)/.exec(error.message);
	const field = target.columns.find((column) => column.column === (named?.[1] ?? named?.[2]))?.field ?? null;
	return { row, field, message: error.message };
}

function cellText(value: Exclude<Value, null>, column: TargetColumn): string | Refusal {
	const bounds = boundsOf(column.declared);
	if (bounds !== null && typeof value === 'number' && (value < bounds[0] || value > bounds[1])) {
		return new Refusal(`${formatValue(column.type, value)} is outside of what the column ${column.column} ${column.declared} can keep.`);
	}
	switch (column.type.kind) {
		case 'string':
		case 'json':
			return JSON.stringify(value);
		case 'binary':
			return `"${toBase64(value as Uint8Array)}"`;
		case 'float':
		case 'double':
			return Number.isFinite(value) ? String(value) : `"${Number.isNaN(value) ? 'nan' : value === Number.POSITIVE_INFINITY ? 'inf' : '-inf'}"`;
		case 'boolean':
			return String(value);
		default:
			return `"${formatValue(column.type, value, 0)}"`;
	}
}

/** A staged cell as the table keeps it: bytes travel as base64, for JSON has none. */
export function staged(column: TargetColumn, name: string): string {
	return column.type.kind === 'binary' ? `base64Decode(${name})` : name;
}
