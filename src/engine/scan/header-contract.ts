import { columnPositions } from '../../data/codecs/header.ts';
import { AppError } from '../../lib/errors.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import type { OperatorContext } from '../operator.ts';

/**
 * A file's columns against those the package names: each of these must be there, also where nobody reads it in this run. With
 * the contract `columns: freeze` there may be no others.
 */
export function checkHeader(context: OperatorContext, source: FileSource, header: readonly string[]): void {
	columnPositions(source.fields, header);
	if (context.spec.plan.settings.contracts.columns !== 'freeze') return;
	const known = new Set(source.fields.map((field) => field.source));
	const unknown = header.filter((name, position) => !known.has(name) && !known.has(position));
	if (unknown.length === 0) return;
	throw new AppError(
		'invalid_input',
		`the file has ${unknown.length === 1 ? 'a column' : 'columns'} the package does not know: ${unknown.slice(0, 20).join(', ')}`,
		{
			hint: 'The contract for columns is freeze: add them to fields, or set contracts.columns to evolve to ignore them.',
		},
	);
}
