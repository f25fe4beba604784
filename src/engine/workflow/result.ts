import { fromJsonValue } from '../../data/json.ts';
import { typeName } from '../../data/type-names.ts';
import { AppError } from '../../lib/errors.ts';
import { boundValue } from '../../plan/bound-value.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';
import type { BoundVariable } from '../../plan/fill.ts';

/** A result longer than this is not kept: a variable is no place for a table. */
const MOST_BYTES = 1024 * 1024;

/** What a task gave as a value of its variable's type; throws where it is none. */
export function resultOf(variable: BoundVariable, json: unknown): QueryParameter {
	const value = fromJsonValue(variable.type, json);
	if (value === undefined) {
		const shown = variable.secret ? 'the result' : (JSON.stringify(json) ?? String(json)).slice(0, 100);
		throw new AppError('invalid_input', `${shown} is no ${typeName(variable.type)} for $${variable.name}`, {
			hint: `Declare $${variable.name} with the type of the result, or change what the task gives.`,
		});
	}
	const bound = boundValue(variable.type, value);
	const bytes = typeof bound.value === 'string' ? new TextEncoder().encode(bound.value).byteLength : 0;
	if (bytes > MOST_BYTES) {
		throw new AppError('limit', `the result has ${bytes} bytes, and a variable holds at most ${MOST_BYTES}`, {
			hint: 'Ask for fewer rows or columns; whole tables are moved by dataflow packages.',
		});
	}
	return bound;
}
