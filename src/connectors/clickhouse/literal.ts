import { formatValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';
import { quoteIn } from '../../lib/quote-name.ts';
import { parameterValue } from '../sql/parameters.ts';
import { type OneStatement, replaceParameters } from '../sql/statements.ts';

/** `` `name` `` */
export function quoteName(name: string): string {
	return quoteIn('clickhouse', name);
}

/** The statement with its values written into it, each with its type. */
export function inline(statement: OneStatement): string {
	return replaceParameters(statement, (parameter) => {
		const value = parameterValue(parameter);
		return value === null ? 'NULL' : literal(parameter.type, value);
	});
}

export function literal(type: DataType, value: Exclude<Value, null>): string {
	switch (type.kind) {
		case 'string':
		case 'json':
			return quoteText(value as string);
		case 'boolean':
			return value === true ? 'true' : 'false';
		case 'binary':
			return `unhex('${Buffer.from(value as Uint8Array).toString('hex')}')`;
		case 'date':
			return `toDate32('${formatValue(type, value)}')`;
		case 'datetime':
			return `toDateTime64('${formatValue(type, value, 0).replace('T', ' ').replace('Z', '')}', 6, 'UTC')`;
		case 'decimal':
			return `toDecimal128('${formatValue(type, value)}', ${type.scale})`;
		case 'float':
		case 'double':
			return `toFloat64('${formatValue(type, value)}')`;
		case 'integer':
		case 'long':
			return `toInt64('${formatValue(type, value)}')`;
	}
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\0': '\\0', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

export function quoteText(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters ClickHouse's string literals escape
	return `'${text.replace(/[\\'\0\n\r\t\u0008\f]/g, (char) => ESCAPES[char] ?? char)}'`;
}
