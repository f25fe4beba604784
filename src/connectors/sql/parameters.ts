import { parseValue } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { Value } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';

/** The value of a bound parameter, whose plain JSON spelling is that of a literal expression; null for null. */
export function parameterValue(parameter: QueryParameter): Value {
	if (parameter.value === null) return null;
	const value = parseValue(parameter.type, String(parameter.value));
	if (value !== undefined) return value;
	throw new AppError('invalid_input', `The value ${JSON.stringify(parameter.value)} of a bound parameter is not ${typeName(parameter.type)}.`, {
		hint: 'Give the variable a value of its type, or cast it in the expression.',
	});
}
