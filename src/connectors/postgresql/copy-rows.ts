import type { Batch } from '../../data/batch.ts';
import type { Value } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { RejectedRow } from '../connector.ts';
import { carryRows, Refusal } from '../sql/carry-row.ts';
import { quoteName } from '../sql/names.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { serverText } from './bind.ts';
import { type PgClient, sqlState } from './client.ts';
import { ROW_COLUMN } from './commit.ts';

/** The server names one bad row an attempt; a batch with more than this is refused as a whole. */
const MAX_SERVER_REJECTIONS = 100;
/** Rows a batch can have at most times this keeps arrival order across batches. */
const ROWS_PER_BATCH = 1_048_576;

/**
 * Copies a batch into the staging table in one transaction with its ledger entry. A row that the server itself does not take (an
 * enum's value, a uuid, a domain's check) is named in its error; it is rejected and the rest is copied again.
 */
export async function copyRows(
	client: PgClient,
	batch: Batch,
	target: ResolvedTarget,
	step: { readonly stage: string; readonly sequence: number; readonly enter: (rows: number, rejected: readonly RejectedRow[]) => Promise<void> },
): Promise<readonly RejectedRow[]> {
	const { cells, rejected } = carryRows(batch, target.columns, cellText);
	const names = target.columns.map((column) => quoteName(column.column));
	const copy = `COPY ${step.stage} (${[ROW_COLUMN, ...names].join(', ')}) FROM STDIN`;
	for (let attempt = 0; ; attempt++) {
		const rows = Array.from({ length: batch.length }, (_, row) => row).filter((row) => !rejected.has(row));
		const all = () => [...rejected.values()].sort((a, b) => a.row - b.row);
		try {
			await client.transaction('BEGIN', async () => {
				await step.enter(rows.length, all());
				if (rows.length === 0) return;
				const lines = rows.map((row) => `${step.sequence * ROWS_PER_BATCH + row}\t${cells.map((column) => column[row] ?? '\\N').join('\t')}\n`);
				await client.copyIn(copy, lines.join(''));
			});
			return all();
		} catch (error) {
			const refused = refusedRow(error, rows, target);
			if (refused === null || attempt >= MAX_SERVER_REJECTIONS) throw error;
			rejected.set(refused.row, refused);
		}
	}
}

/** `COPY name, line 3, column price: "x"`, in the language of the server: the numbers are what counts. */
function refusedRow(error: unknown, rows: readonly number[], target: ResolvedTarget): RejectedRow | null {
	// Class 22 is data, class 23 constraints (a domain's check).
	if (!/^2[23]/.test(sqlState(error) ?? '') || !(error instanceof AppError)) return null;
	const where = error.details?.['where'];
	const found = typeof where === 'string' ? /^COPY [^,]*,[^\d,]*(\d+)(?:,\s*\S+\s+([^:]+))?/.exec(where) : null;
	const row = rows[Number(found?.[1]) - 1];
	if (row === undefined) return null;
	const field = target.columns.find((column) => column.column === found?.[2])?.field ?? null;
	return { row, field, message: error.message, ...(sqlState(error)?.startsWith('23') ? { class: 'constraint' } : {}) };
}

function cellText(value: Exclude<Value, null>, column: TargetColumn): string | Refusal {
	const text = serverText(column.type, value);
	if (text.includes('\u0000')) return new Refusal(`The text for the column ${column.column} has a NUL character, which PostgreSQL cannot keep.`);
	return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char) : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
