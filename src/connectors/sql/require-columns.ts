import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { TableRead } from '../connector.ts';

/** Refuses to read columns a source has not, naming the nearest; `fold` makes names equal that the system takes for one. */
export function requireColumns(read: TableRead, names: readonly string[], source: string, fold: (name: string) => string = (name) => name): void {
	const known = new Set(names.map(fold));
	for (const column of read.columns) {
		if (known.has(fold(column.source))) continue;
		const meant = nearest(column.source, names);
		throw new AppError('invalid_input', `The ${source} has no column ${column.source}.`, {
			hint: meant === undefined ? `Its columns are ${names.slice(0, 30).join(', ')}.` : `Did you mean ${meant}?`,
		});
	}
}
