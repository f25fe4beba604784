import { isExactNumber } from '../../data/json-text.ts';
import { AppError } from '../../lib/errors.ts';

/** What one batch may give back as JSON: rows past that belong into more batches, or into a source. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Rows as they go to the user's code: a number inside a json value that a double would not keep goes as its text. */
export function rowsToText(rows: readonly unknown[]): string {
	return JSON.stringify(rows, (_, value: unknown) => (isExactNumber(value) ? value.rawJSON : value));
}

/** What the guest answered: JSON of its own making, so nothing of it is believed. */
export function textToRows(text: string): readonly unknown[] {
	if (text.length > MOST_CHARACTERS) throw tooMuch(text.length);
	const rows: unknown = JSON.parse(text);
	if (Array.isArray(rows)) return rows;
	throw new TypeError('the guest gave no list');
}

export function tooMuch(characters: number): AppError {
	return new AppError('limit', `transform gave ${characters} characters for one batch, and at most ${MOST_CHARACTERS} go through`, {
		hint: 'Give fewer columns, or lower batch_size.',
	});
}
