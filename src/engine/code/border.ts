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
	const fault = rows !== null && typeof rows === 'object' && 'fault' in rows ? rows.fault : undefined;
	throw brokenCode(typeof fault === 'string' ? fault.slice(0, 500) : 'what transform gave is no list any more where toJSON has written it');
}

/** A fault of the code that no row is to blame for: it ends the run whatever becomes of bad rows, which would be all of them. */
export function brokenCode(said: string): AppError {
	return new AppError('invalid_input', said, {
		hint: 'Repair the code: a JavaScript module that exports transform(rows), which gives a list of objects by column name.',
	});
}

export function tooMuch(characters: number): AppError {
	return new AppError('limit', `transform gave ${characters} characters for one batch, and at most ${MOST_CHARACTERS} go through`, {
		hint: 'Give fewer columns, or lower batch_size.',
	});
}
