import type { Batch } from '../../data/batch.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { RejectedRow } from '../connector.ts';
import { carryRows, Refusal } from '../sql/carry-row.ts';
import type { TargetColumn } from '../sql/target.ts';
import { storedCell } from './cells.ts';
import { affinity, type Target } from './target.ts';

/** UTF-16 units of one staged part: at three bytes each still below the 2 MB of a row. */
const PART_LENGTH = 600_000;
/** The most one row may take as JSON in UTF-8. */
const ROW_BYTES = 2_000_000;

/** Rows as the staging table keeps them: JSON arrays of rows, each row an array of cells in the target's column order. */
export interface StagedRows {
	readonly parts: readonly string[];
	readonly rows: number;
	readonly rejected: readonly RejectedRow[];
}

export function stageRows(batch: Batch, target: Target): StagedRows {
	const { cells, rejected } = carryRows(batch, target.columns, cellText);
	const parts: string[] = [];
	let open: string[] = [];
	let length = 0;
	let rows = 0;
	for (let row = 0; row < batch.length; row++) {
		if (rejected.has(row)) continue;
		const text = `[${cells.map((column) => column[row] ?? 'null').join(',')}]`;
		if (text.length > PART_LENGTH && new TextEncoder().encode(text).byteLength > ROW_BYTES) {
			rejected.set(row, { row, field: null, message: `The row takes more than ${ROW_BYTES} bytes; a row of the embedded database holds 2 MB.` });
			continue;
		}
		if (open.length > 0 && length + text.length > PART_LENGTH) {
			parts.push(`[${open.join(',')}]`);
			open = [];
			length = 0;
		}
		open.push(text);
		length += text.length + 1;
		rows++;
	}
	if (open.length > 0) parts.push(`[${open.join(',')}]`);
	return { parts, rows, rejected: [...rejected.values()].sort((a, b) => a.row - b.row) };
}

/** How a staged cell is taken out of the row `j` again, so that it lies in its column as `storedCell` says. */
export function cellExpression(column: TargetColumn, index: number): string {
	const cell = `j->>${index}`;
	if (column.type.kind === 'binary') return `unhex(${cell})`;
	if (isLongDecimal(column.type)) return `CASE WHEN json_type(j, '$[${index}]') = 'array' THEN CAST(j->>'$[${index}][0]' AS BLOB) ELSE ${cell} END`;
	// Without an affinity of its own the column would keep the digits of a long as text.
	if (column.type.kind === 'long' && affinity(column) === 'BLOB') return `CAST(${cell} AS INTEGER)`;
	return cell;
}

function isLongDecimal(type: DataType): boolean {
	return type.kind === 'decimal' && type.precision > 15;
}

/** A cell as JSON. */
function cellText(value: Exclude<Value, null>, column: TargetColumn): string | Refusal {
	if (typeof value === 'number' && Number.isNaN(value)) return new Refusal('SQLite has no NaN; it would become null.');
	const cell = storedCell(column.type, value);
	if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : cell > 0 ? '9e999' : '-9e999';
	if (typeof cell !== 'string') return column.type.kind === 'decimal' ? JSON.stringify([new TextDecoder().decode(cell)]) : `"${hexOf(cell)}"`;
	if (changesAsNumber(cell, column)) {
		return new Refusal(
			`${JSON.stringify(cell)} would turn into a number in the column ${column.column}: SQLite reads ${column.declared} as numeric. Declare it TEXT.`,
		);
	}
	return JSON.stringify(cell);
}

const NUMERIC_TEXT = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Names such as STRING or UUID have NUMERIC affinity: '007' would be kept as 7. */
function changesAsNumber(cell: string, column: TargetColumn): boolean {
	if (column.type.kind !== 'string' && column.type.kind !== 'json') return false;
	const kept = affinity(column);
	return kept !== 'TEXT' && kept !== 'BLOB' && NUMERIC_TEXT.test(cell) && String(Number(cell)) !== cell;
}

function hexOf(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += HEX[byte];
	return text;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
