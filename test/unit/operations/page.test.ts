import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageOf, pagePosition } from '../../../src/operations/page.ts';

const bounds = { list: 'runs', normal: 20, most: 100 };

test('a cursor goes on behind the last row of its page, whatever its id', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
			const { rows, next_cursor } = pageOf([{ id }, { id: 1 }], 1, 'runs');
			expect(rows).toEqual([{ id }]);
			expect(next_cursor).toMatch(/^[A-Za-z0-9_-]+$/);
			expect(pagePosition({ cursor: next_cursor ?? '' }, bounds)).toEqual({ limit: 20, from: id });
		}),
	);
});

test('the last page has no cursor', () => {
	expect(pageOf([{ id: 2 }, { id: 1 }], 2, 'runs').next_cursor).toBeNull();
	expect(pageOf([], 2, 'runs').next_cursor).toBeNull();
});

test('a cursor of another list, a made-up one and a torn one are refused with what to do', () => {
	const foreign = pageOf([{ id: 7 }, { id: 6 }], 1, 'packages').next_cursor ?? '';
	for (const cursor of [foreign, '', '%%%', 'cnVuczow', btoa('runs:-1'), btoa('runs:1e3'), 'a'.repeat(5000)]) {
		expect(() => pagePosition({ cursor }, bounds)).toThrow(/is not one of this list/);
	}
});

test('a limit outside its bounds is refused, not bent', () => {
	expect(pagePosition({}, bounds).limit).toBe(20);
	expect(pagePosition({ limit: 100 }, bounds).limit).toBe(100);
	for (const limit of [0, 101, 1.5, Number.NaN]) expect(() => pagePosition({ limit }, bounds)).toThrow(/limit is/);
});
