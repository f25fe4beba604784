import { describe, expect, it } from 'vitest';
import { offsetAt, valueAt } from '../../../src/data/access.ts';
import { formatValue } from '../../../src/data/text.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { compile } from '../../../src/expression/evaluate.ts';
import type { RowError } from '../../../src/expression/ir.ts';
import { parseExpression } from '../../../src/expression/parse.ts';
import { functionReference } from '../../../src/expression/reference.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';

/** Not folded: evaluated over a row, as in a run. */
function textOf(expression: string): string | null {
	const checked = checkExpression(expression, { schema: [], variables: NO_VARIABLES });
	if ('faults' in checked) throw new Error(checked.faults[0]?.message);
	const errors: RowError[] = [];
	const vector = compile(checked.expr)({ schema: [], length: 1, columns: [] }, errors);
	expect(errors).toEqual([]);
	const value = valueAt(vector, 0);
	return value === null ? null : formatValue(checked.expr.type, value, offsetAt(vector, 0));
}

describe('inside workerd', () => {
	it('every example of the function reference gives what it says', () => {
		const examples = functionReference().flatMap(({ examples }) => examples);
		expect(examples.length).toBeGreaterThan(150);
		expect(examples.map(({ expression }) => [expression, textOf(expression)])).toEqual(examples.map(({ expression, result }) => [expression, result]));
	});

	it('digests, zones and regular expressions are there', () => {
		expect(textOf("sha256('headgate')")).toBe('5707f36c74b40e00e45ca9246f61227cc235b1275632c8ff304bde76eadbec1a');
		expect(textOf("SwitchTimeZone('2024-07-01T00:00:00Z', 'Asia/Kathmandu')")).toBe('2024-07-01T05:45:00+05:45');
		expect(textOf("regex_replace('2024-01-31', '(\\d+)-(\\d+)', '$2/$1')")).toBe('01/2024-31');
		expect(textOf('length(uuid())')).toBe('36');
	});

	it('a regular expression that would hold a backtracking engine for ever is no trouble', () => {
		expect(textOf(`'${'a'.repeat(5000)}' matches '(a+)+b'`)).toBe('false');
	});

	it('nesting is refused long before the stack ends', () => {
		expect(parseExpression('('.repeat(130_000))).toMatchObject({ faults: [{ message: 'The expression is nested more than 250 levels deep.' }] });
		const deepest = `${'abs('.repeat(240)}-7${')'.repeat(240)}`;
		expect(textOf(deepest)).toBe('7');
	});
});
