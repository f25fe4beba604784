import { fromBase64, toBase64 } from '../../data/base64.ts';
import type { SqlCell } from '../connector.ts';

/** A page is closed at about this many bytes of cells, whatever its rows. */
export const PAGE_BYTES = 1024 * 1024;
/** UTF-16 units of one stored piece: at three bytes each still below the 2 MB of a row. */
const PIECE_LENGTH = 600_000;

/** What JSON can carry of a cell: bytes as base64 and the infinities are wrapped. */
export type PackedCell = null | number | string | { readonly bytes: string } | { readonly number: string };

/** Makes a fresh row from SQLite ready for `JSON.stringify`, in place; gives about how many bytes it takes. */
export function packRow(row: (SqlStorageValue | PackedCell)[]): number {
	let bytes = 2;
	for (let index = 0; index < row.length; index++) {
		const cell = row[index];
		if (typeof cell === 'string') bytes += cell.length + 3;
		else if (cell instanceof ArrayBuffer) {
			const text = toBase64(new Uint8Array(cell));
			row[index] = { bytes: text };
			bytes += text.length + 14;
		} else {
			if (typeof cell === 'number' && !Number.isFinite(cell)) row[index] = { number: String(cell) };
			bytes += 8;
		}
	}
	return bytes;
}

export function unpackRows(packed: string): SqlCell[][] {
	const rows = JSON.parse(packed) as PackedCell[][];
	for (const row of rows) {
		for (let index = 0; index < row.length; index++) {
			const cell = row[index];
			if (typeof cell === 'object' && cell !== null) (row as SqlCell[])[index] = 'bytes' in cell ? (fromBase64(cell.bytes) as Uint8Array) : Number(cell.number);
		}
	}
	return rows as SqlCell[][];
}

/** A text cut into pieces that fit a row of the database each. */
export function cutPieces(text: string): string[] {
	const pieces: string[] = [];
	for (let at = 0; at < text.length; ) {
		let end = Math.min(at + PIECE_LENGTH, text.length);
		// A piece must not end between the halves of a surrogate pair: SQLite would replace both.
		if (end < text.length && text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) <= 0xdbff) end--;
		pieces.push(text.slice(at, end));
		at = end;
	}
	return pieces;
}
