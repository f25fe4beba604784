import type { Schema } from '../data/types.ts';
import { DEAD_LETTER_FIELDS } from './endpoints.ts';

/**
 * Columns on the port `dead_letter`: the row's own (as they came in; for a source as they go out, null where the value was not of
 * its type), and what was wrong behind them. A row that was a dead letter before keeps only the latest reason.
 */
export function deadLetterSchema(row: Schema): Schema {
	const added = new Set(DEAD_LETTER_FIELDS.map((field) => field.name));
	return [...row.filter((field) => !added.has(field.name)), ...DEAD_LETTER_FIELDS];
}
