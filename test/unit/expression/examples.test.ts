import { describe, expect, it } from 'vitest';
import { offsetAt, valueAt } from '../../../src/data/access.ts';
import { formatValue } from '../../../src/data/text.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { compile } from '../../../src/expression/evaluate.ts';
import type { RowError } from '../../../src/expression/ir.ts';
import { functionReference } from '../../../src/expression/reference.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';

/** The text of a constant expression's value, null for null; faults and row errors as what they say. */
function textOf(expression: string): string | null {
	const checked = checkExpression(expression, { schema: [], variables: NO_VARIABLES });
	if ('faults' in checked) return `fault: ${checked.faults.map(({ message }) => message).join(' ')}`;
	const errors: RowError[] = [];
	const vector = compile(checked.expr)({ schema: [], length: 1, columns: [] }, errors);
	if (errors[0] !== undefined) return `${errors[0].class}: ${errors[0].message}`;
	const value = valueAt(vector, 0);
	return value === null ? null : formatValue(checked.expr.type, value, offsetAt(vector, 0));
}

describe('the function reference', () => {
	const reference = functionReference();

	for (const { name, examples } of reference) {
		it.each(examples)(`${name}: $expression gives $result`, ({ expression, result }) => {
			expect(textOf(expression)).toBe(result);
		});
	}

	it('has an example, a description and the null behaviour of every function', () => {
		expect(reference.filter(({ examples, description, nulls }) => examples.length === 0 || description === '' || nulls === '')).toEqual([]);
	});

	it('names no function twice', () => {
		const names = reference
			.flatMap(({ name, aliases, operator }) => (operator ? [] : [name, ...aliases]))
			.map((name) => name.toLowerCase().replaceAll('_', ''));
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	});
});
