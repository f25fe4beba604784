import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { WantedField } from './codec.ts';

/** Column names as a header gives them: an empty one becomes `column_3` by its position. */
export function headerNames(header: readonly string[]): string[] {
	return header.map((name, index) => (name.trim() === '' ? `column_${index + 1}` : name));
}

/**
 * 0-based positions of the wanted columns. `names` null: the file has no header. Throws `AppError` where a wanted name is
 * missing, or stands in the header more than once.
 */
export function columnPositions(fields: readonly WantedField[], names: readonly string[] | null): number[] {
	const positions = new Map<string, number[]>();
	names?.forEach((name, index) => {
		const known = positions.get(name);
		if (known === undefined) positions.set(name, [index]);
		else known.push(index);
	});
	return fields.map(({ source }) => {
		if (typeof source === 'number') {
			if (names === null || source < names.length) return source;
			throw new AppError('invalid_input', `the file has ${names.length} columns, none at position ${source + 1}`, {
				hint: `Its columns are ${shownNames(names)}.`,
			});
		}
		const [first, ...more] = positions.get(source) ?? [];
		if (first === undefined) throw missing(source, names);
		if (more.length > 0) {
			throw new AppError('invalid_input', `the header names the column ${JSON.stringify(source)} ${more.length + 1} times, at ${list([first, ...more])}`, {
				hint: 'Rename the columns in the file, or give the fields by position with header_row false.',
			});
		}
		return first;
	});
}

/** Throws `AppError` naming the positions where a name is there more than once. */
export function refuseDuplicates(names: readonly string[]): void {
	columnPositions(
		names.map((source) => ({ source, name: source, type: { kind: 'string' }, format: null })),
		names,
	);
}

function missing(source: string, names: readonly string[] | null): AppError {
	if (names === null) {
		return new AppError('invalid_input', `there is no header row to find the column ${JSON.stringify(source)} in`, {
			hint: 'Set header_row to true, or give the fields by position.',
		});
	}
	const near = nearest(source, names);
	return new AppError('invalid_input', `the file has no column ${JSON.stringify(source)}`, {
		hint: `${near === undefined ? '' : `Did you mean ${JSON.stringify(near)}? `}Its columns are ${shownNames(names)}.`,
		details: { column: source, columns: names.slice(0, 1000) },
	});
}

function list(positions: readonly number[]): string {
	return `positions ${positions
		.slice(0, 10)
		.map((position) => position + 1)
		.join(', ')}${positions.length > 10 ? ' …' : ''}`;
}

function shownNames(names: readonly string[]): string {
	const shown = names.slice(0, 30).map((name) => JSON.stringify(name));
	return `${shown.join(', ')}${names.length > 30 ? ` and ${names.length - 30} more` : ''}`;
}
