import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitToBudget } from '../../../src/mcp/budget.ts';

test('what fits is given back as it is', () => {
	const value = { rows: [1, 2, 3] };
	expect(fitToBudget(value, 100)).toEqual({ value, text: '{"rows":[1,2,3]}', cuts: [] });
});

test('a long list loses items from its end, and the cut says how many', () => {
	const rows = Array.from({ length: 1000 }, (_, id) => ({ id, name: `row ${id}` }));
	const { value, text, cuts } = fitToBudget({ rows, next_cursor: 'abc' }, 1000);
	const kept = value['rows'] as typeof rows;
	expect(text.length).toBeLessThanOrEqual(4000);
	expect(kept).toEqual(rows.slice(0, kept.length));
	expect(kept.length).toBeGreaterThan(100);
	expect(value['next_cursor']).toBe('abc');
	expect(cuts).toEqual([{ path: 'rows', kept: kept.length, of: 1000, unit: '' }]);
});

test('one enormous text is cut rather than the row it stands in', () => {
	const { value, cuts } = fitToBudget(
		{
			rows: [
				{ id: 1, note: 'x'.repeat(10_000) },
				{ id: 2, note: 'short' },
			],
		},
		500,
	);
	expect(value).toMatchObject({ rows: [{ id: 1 }, { id: 2, note: 'short' }] });
	expect(cuts).toEqual([{ path: 'rows[0].note', kept: expect.any(Number), of: 10_000, unit: ' characters' }]);
});

test('the value that was given is not changed', () => {
	const value = { rows: Array.from({ length: 100 }, () => 'abcdefgh') };
	fitToBudget(value, 50);
	expect(value.rows).toHaveLength(100);
});

test('whatever the value, the text is its JSON and within the budget, and keys stay', () => {
	const field = fc.oneof(
		fc.string({ maxLength: 2000 }),
		fc.array(fc.string({ maxLength: 300 }), { maxLength: 200 }),
		fc.array(fc.array(fc.integer(), { maxLength: 50 }), { maxLength: 50 }),
	);
	fc.assert(
		fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), field), (value) => {
			const { value: fitted, text } = fitToBudget(value, 1000);
			expect(text).toBe(JSON.stringify(fitted));
			expect(text.length).toBeLessThanOrEqual(4000);
			expect(Object.keys(fitted)).toEqual(Object.keys(value));
		}),
		{ numRuns: 200 },
	);
});
