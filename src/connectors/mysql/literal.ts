import { formatValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import { quoteIn } from '../../lib/quote-name.ts';
import { parameterValue } from '../sql/parameters.ts';
import { type OneStatement, replaceParameters } from '../sql/statements.ts';

/** `` `name` `` */
export function quoteName(name: string): string {
	return quoteIn('mysql', name);
}

/** The statement with its values written into it: MySQL's own binding would send every number as a double. */
export function inline(statement: OneStatement): string {
	return replaceParameters(statement, (parameter) => {
		const value = parameterValue(parameter);
		return value === null ? 'NULL' : literal(parameter.type, value);
	});
}

/** A value as SQL. Sessions run with backslash escapes on (`client.ts` sets the SQL mode), in utf8mb4 and UTC. */
export function literal(type: DataType, value: Exclude<Value, null>): string {
	switch (type.kind) {
		case 'string':
		case 'json':
			return quoteText(value as string);
		case 'boolean':
			return value === true ? '1' : '0';
		case 'binary':
			return `x'${Buffer.from(value as Uint8Array).toString('hex')}'`;
		case 'date':
			return `'${formatValue(type, value)}'`;
		case 'datetime':
			return `'${formatValue(type, value, 0).replace('T', ' ').replace('Z', '')}'`;
		case 'float':
		case 'double':
			if (!Number.isFinite(value as number)) throw new AppError('invalid_input', `MySQL has no ${value}.`, { hint: 'Replace it before, for example by null.' });
			// With an exponent it is a double to the parser, not a decimal that may have too many digits.
			return (value as number).toExponential();
		default:
			return formatValue(type, value);
	}
}

const ESCAPES: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r', '\u001a': '\\Z', '"': '\\"', "'": "\\'", '\\': '\\\\' };

export function quoteText(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters MySQL's string literals escape
	return `'${text.replace(/[\0\n\r\u001a"'\\]/g, (char) => ESCAPES[char] ?? char)}'`;
}
