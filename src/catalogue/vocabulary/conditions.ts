import * as z from 'zod';
import type { Schema } from '../../data/types.ts';
import type { Expr } from '../../expression/ir.ts';
import type { LowerContext } from '../component.ts';
import { type Condition, conditionText } from './condition-text.ts';
import { columnName } from './names.ts';

export const OPERATORS = [
	'=',
	'!=',
	'>',
	'>=',
	'<',
	'<=',
	'is_null',
	'is_not_null',
	'text_equals',
	'text_not_equals',
	'text_matches',
	'text_is_empty',
	'text_is_not_empty',
	'in',
] as const;

const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()]);

const condition = z.strictObject({
	field: columnName.describe('Column of the input.'),
	operator: z.enum(OPERATORS).describe('`text_matches`: the whole text fits a regular expression (RE2). `text_is_empty` is also true for null.'),
	value: z
		.union([scalar, z.array(scalar).min(1).max(10_000)])
		.optional()
		.describe('Read as the type of the column; a list for `in`; "$since" is that variable. None for is_null, is_not_null and the empty ones.'),
});

export interface ConditionGroup {
	readonly match: 'all' | 'any' | 'none';
	readonly conditions: readonly (Condition | ConditionGroup)[];
}

const match = z.enum(['all', 'any', 'none']);

const group: z.ZodType<ConditionGroup> = z.strictObject({
	match: match.describe('How the conditions of the group go together.'),
	get conditions() {
		return conditionList.describe('Conditions and groups.');
	},
});

const conditionList = z
	.array(z.union([condition, group]))
	.min(1)
	.max(1000);

/** Fields of filter and assert: an expression, or conditions. */
export const predicateShape = {
	expression: z.string().min(1).max(100_000).optional().describe('A boolean expression over the columns. Either this, or conditions.'),
	match: match.optional().describe('How the conditions go together: all (the default), any or none of them.'),
	conditions: conditionList.optional().describe('Conditions `{field, operator, value}` and groups `{match, conditions}`.'),
};

const predicate = z.strictObject(predicateShape);

/** The predicate of a filter or assert; null after faults. */
export function readPredicate(config: z.output<typeof predicate>, schema: Schema, context: LowerContext): Expr | null {
	if (config.expression !== undefined) {
		if (config.conditions === undefined && config.match === undefined) return context.expression(config.expression, 'expression', schema, 'boolean');
		context.fault('expression', 'an expression and conditions are given', 'leave one of them out');
		return null;
	}
	if (config.conditions === undefined) {
		context.fault('', 'nothing says which rows are meant', 'give an expression, or match and conditions');
		return null;
	}
	const text = groupText({ match: config.match ?? 'all', conditions: config.conditions }, '', schema, context);
	return text === null ? null : context.expression(text, 'conditions', schema, 'boolean');
}

function groupText(group: ConditionGroup, path: string, schema: Schema, context: LowerContext): string | null {
	const texts = group.conditions.map((item, i) => {
		const at = `${path}conditions[${i}]`;
		return 'conditions' in item ? groupText(item, `${at}.`, schema, context) : conditionText(item, at, schema, context);
	});
	if (texts.includes(null)) return null;
	const joined = texts.map((text) => `(${text})`).join(group.match === 'all' ? ' and ' : ' or ');
	return group.match === 'none' ? `not (${joined})` : joined;
}
