import { AppError } from '../../lib/errors.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import type { OperatorContext } from '../operator.ts';

/** With the contract `columns: freeze` a file may have no column that the package does not know. */
export function checkHeader(context: OperatorContext, source: FileSource, header: readonly string[] | null): void {
	if (context.spec.plan.settings.contracts.columns !== 'freeze' || header === null) return;
	const known = new Set(source.fields.map((field) => field.source));
	const unknown = header.filter((name) => !known.has(name));
	if (unknown.length === 0) return;
	throw new AppError('invalid_input', `the file has ${unknown.length === 1 ? 'a column' : 'columns'} the package does not know: ${unknown.slice(0, 20).join(', ')}`, {
		hint: 'The contract for columns is freeze: add them to fields, or set contracts.columns to evolve to ignore them.',
	});
}
