import { expectation, formatValue, parseValue } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Schema } from '../../data/types.ts';
import { parseTemplate } from '../../plan/template.ts';
import type { LowerContext } from '../component.ts';
import type { OPERATORS } from './conditions.ts';

export interface Condition {
	readonly field: string;
	readonly operator: (typeof OPERATORS)[number];
	readonly value?: Scalar | readonly Scalar[] | undefined;
}

type Scalar = string | number | boolean;

/** One condition in the expression language; null after faults. */
export function conditionText(condition: Condition, path: string, schema: Schema, context: LowerContext): string | null {
	const { operator, value } = condition;
	const tell = (at: string, message: string, hint: string) => {
		context.fault(`${path}.${at}`, message, hint);
		return null;
	};
	const valueless = VALUELESS.has(operator);
	if (valueless && value !== undefined) return tell('value', `${operator} takes no value`, 'leave value out');
	if (!valueless && value === undefined)
		return tell('value', `${operator} needs a value`, operator === 'in' ? 'a list of values' : 'the value to compare with');
	if (operator === 'in' && !Array.isArray(value)) return tell('value', 'in needs a list', `"value": ${JSON.stringify([value])}`);
	if (operator !== 'in' && Array.isArray(value)) return tell('value', `${operator} takes one value, not a list`, 'use in for a list');
	const field = context.column(condition.field, `${path}.field`, schema);
	if (field === null) return null;
	const name = quoteName(field.name);
	if (operator.startsWith('text_') && field.type.kind !== 'string') {
		const hint = TEXT_INSTEAD[operator] ?? 'cast the column to string in a select first';
		context.fault(`${path}.operator`, `${operator} compares text, ${field.name} is ${typeName(field.type)}`, hint, 'columns');
		return null;
	}
	switch (operator) {
		case 'is_null':
			return `${name} is null`;
		case 'is_not_null':
			return `${name} is not null`;
		case 'text_is_empty':
			return `coalesce(${name}, '') = ''`;
		case 'text_is_not_empty':
			return `coalesce(${name}, '') <> ''`;
		case 'text_matches':
			return `${name} matches ${quoteText(String(value))}`;
		case 'in': {
			const items = (value as readonly Scalar[]).map((item, i) => literal(item, field.type, `${path}.value[${i}]`, context));
			return items.includes(null) ? null : `${name} in (${items.join(', ')})`;
		}
		default: {
			const text = literal(value as Scalar, field.type, `${path}.value`, context);
			return text === null ? null : `${name} ${SYMBOLS[operator]} ${text}`;
		}
	}
}

const VALUELESS: ReadonlySet<string> = new Set(['is_null', 'is_not_null', 'text_is_empty', 'text_is_not_empty']);

const SYMBOLS = { '=': '=', '!=': '<>', '>': '>', '>=': '>=', '<': '<', '<=': '<=', text_equals: '=', text_not_equals: '<>' } as const;

const TEXT_INSTEAD: Readonly<Record<string, string>> = {
	text_equals: 'use =',
	text_not_equals: 'use !=',
	text_is_empty: 'use is_null',
	text_is_not_empty: 'use is_not_null',
};

export function quoteName(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

function quoteText(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

/** A value as a literal of the column's type; null after a fault. Variables inside are the expression language's to fill. */
function literal(value: Scalar, type: DataType, path: string, context: LowerContext): string | null {
	const text = String(value);
	const parts = typeof value === 'string' ? parseTemplate(value) : [];
	const [first] = parts;
	if (first?.kind === 'variable' && parts.length === 1) return `\${${first.name}}`;
	if (type.kind === 'string') return quoteText(text);
	if (parts.some((part) => part.kind === 'variable')) {
		context.fault(path, `${JSON.stringify(value)} mixes text and variables, the column is ${typeName(type)}`, 'use a variable alone, such as "$since"');
		return null;
	}
	const parsed = parseValue(type, text);
	if (parsed === undefined) {
		context.fault(path, `${JSON.stringify(value)} is no ${typeName(type)}`, `it must be ${expectation(type)}`, 'columns');
		return null;
	}
	if (type.kind === 'integer' || type.kind === 'long' || type.kind === 'decimal') return formatValue(type, parsed);
	if (type.kind === 'boolean') return String(parsed);
	return `cast(${quoteText(formatValue(type, parsed))} as ${typeName(type)})`;
}
