import fc from 'fast-check';
import { expect, it } from 'vitest';
import { likePieces, likeTest } from '../../../src/expression/functions/like.ts';
import { evaluated } from './expressions.ts';

const SIGNS = ['a', 'b', '😀', 'é', '%', '_', '\n', '!'];
const text = fc.array(fc.constantFrom(...SIGNS), { maxLength: 8 }).map((signs) => signs.join(''));

/** What like means, by trying every way to divide the text. */
function matches(pattern: readonly string[], value: readonly string[]): boolean {
	const [sign, ...rest] = pattern;
	if (sign === undefined) return value.length === 0;
	if (sign === '%') return Array.from({ length: value.length + 1 }, (_, skipped) => skipped).some((skipped) => matches(rest, value.slice(skipped)));
	return value.length > 0 && (sign === '_' || sign === value[0]) && matches(rest, value.slice(1));
}

it('matches as trying everything would', () => {
	fc.assert(
		fc.property(text, text, (pattern, value) => {
			const pieces = likePieces(pattern, '');
			expect(pieces !== null && likeTest(pieces)(value)).toBe(matches([...pattern], [...value]));
		}),
		{ numRuns: 3000 },
	);
});

it('takes an escaped sign for itself', () => {
	expect(evaluated("s like '10!%' escape '!'", { s: 'string' }, [['10%'], ['100']]).values).toEqual(['true', 'false']);
	expect(evaluated("s like 'a!_b!!' escape '!'", { s: 'string' }, [['a_b!'], ['axb!']]).values).toEqual(['true', 'false']);
	expect(evaluated("s like 'a\\%'", { s: 'string' }, [['a\\b'], ['a%']]).values).toEqual(['true', 'false']);
});

it('takes a pattern from a column, and fails the row whose pattern ends in its escape', () => {
	const { values, errors } = evaluated("s like p escape '!'", { s: 'string', p: 'string' }, [
		['ab', 'a%'],
		['ab', 'b%'],
		['ab', 'a!'],
		[null, '%'],
	]);
	expect(values).toEqual(['true', 'false', null, null]);
	expect(errors.map(({ row, class: cause }) => [row, cause])).toEqual([[2, 'invalid_argument']]);
});
