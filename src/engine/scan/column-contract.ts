import { isNull } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { columnPositions } from '../../data/codecs/header.ts';
import { AppError } from '../../lib/errors.ts';
import type { FileSource, SourceField } from '../../plan/endpoints.ts';
import type { OperatorContext } from '../operator.ts';
import type { SourceError } from './source-rows.ts';

/** Columns told by name. */
const SHOWN = 20;

/** Whether a source looks for columns the package does not know: `evolve` and `discard_value` leave them where they are. */
export function minds(context: OperatorContext): boolean {
	const { columns } = context.spec.plan.settings.contracts;
	return columns === 'freeze' || columns === 'discard_row';
}

/** What is asked of a decoder whose records name their members themselves. */
export function knownSources(context: OperatorContext, fields: readonly SourceField[]): { readonly known?: readonly (string | number)[] } {
	return minds(context) ? { known: fields.map((field) => field.source) } : {};
}

/**
 * A file's columns against those the package names: each of these must be there, also where nobody reads it in this run. Gives
 * the others where they matter; see `unknownOf`.
 */
export function checkHeader(context: OperatorContext, source: FileSource, header: readonly string[]): string[] {
	columnPositions(source.fields, header);
	const known = new Set(source.fields.map((field) => field.source));
	const unknown = header.filter((name, position) => !known.has(name) && !known.has(position));
	return unknownOf(context, unknown, 'file');
}

/** With the contract `columns: freeze` there may be none; with `discard_row` they are read, for the rows that hold something there. */
export function unknownOf(context: OperatorContext, unknown: readonly string[], what: 'file' | 'table' | 'query'): string[] {
	if (unknown.length === 0 || !minds(context)) return [];
	if (context.spec.plan.settings.contracts.columns === 'discard_row') return [...unknown];
	const more = unknown.length > SHOWN ? ` and ${unknown.length - SHOWN} more` : '';
	throw new AppError(
		'invalid_input',
		`the ${what} has ${unknown.length === 1 ? 'a column' : 'columns'} the package does not know: ${unknown.slice(0, SHOWN).join(', ')}${more}`,
		{
			hint: 'The contract for columns is freeze: add them to fields, or set contracts.columns to evolve to ignore them.',
		},
	);
}

/** Rows that hold something in a column nobody knows, which is behind the others in the batch; the first such column of each. */
export function rowsWithUnknown(batch: Batch, known: number, unknown: readonly string[], firstNumber: number): SourceError[] {
	const errors: SourceError[] = [];
	for (let row = 0; row < batch.length; row++) {
		const at = unknown.findIndex((_, index) => {
			const column = batch.columns[known + index];
			return column !== undefined && !isNull(column, row);
		});
		if (at < 0) continue;
		const message = `the package does not know the column ${JSON.stringify(unknown[at])}`;
		errors.push({ row, number: firstNumber + row, field: null, value: null, class: 'unknown_column', message });
	}
	return errors;
}
