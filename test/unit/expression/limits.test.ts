import { describe, expect, it } from 'vitest';
import { evaluated, faultsOf, schemaOf } from './expressions.ts';

const schema = schemaOf({ a: 'boolean', n: 'integer', s: 'string' });

/** The message of the only fault. */
function refusal(text: string): string {
	const faults = faultsOf(text, schema);
	expect(faults).toHaveLength(1);
	return faults[0]?.message ?? '';
}

describe('an expression too large', () => {
	it.each([
		['parentheses', `${'('.repeat(100_000)}1`],
		['signs', `${'- '.repeat(100_000)}1`],
		['negations', `${'not '.repeat(50_000)}a`],
		['casts', `${'(int)'.repeat(50_000)}n`],
		['sums', `${'1+'.repeat(100_000)}1`],
		['calls', `${'abs('.repeat(40_000)}1${')'.repeat(40_000)}`],
		['cases', 'case when a then '.repeat(10_000)],
		['branches', `${'a ? n : ('.repeat(20_000)}1`],
		['dots', `a${'::int'.repeat(40_000)}`],
	])('of nested %s is refused, not a stack overflow', (_what, text) => {
		expect(refusal(text)).toMatch(/nested more than 250 levels/);
	});

	it('of a million branches is refused by its length', () => {
		expect(refusal(`case ${'when n = 1 then 2 '.repeat(1_000_000)} end`)).toMatch(/at most 262144 are read/);
	});

	it('of too many parts is refused', () => {
		expect(refusal(`n in (${'1,'.repeat(50_001)}1)`)).toMatch(/more than 50000 parts/);
	});
});

describe('a long but flat expression', () => {
	it.each([
		['or', Array.from({ length: 10_000 }, (_, index) => `n = ${index}`).join(' or '), 'true'],
		['in', `n in (${Array.from({ length: 40_000 }, (_, index) => index).join(',')})`, 'true'],
		['||', `length(${Array.from({ length: 5_000 }, () => 's').join('||')})`, '5000'],
		['case', `case ${Array.from({ length: 5_000 }, (_, index) => `when n = ${index} then ${index}`).join(' ')} end`, '4999'],
		['? :', `${Array.from({ length: 5_000 }, (_, index) => `n = ${index} ? ${index} : `).join('')} 0`, '4999'],
	])('of %s is evaluated', (_what, text, result) => {
		expect(evaluated(text, { n: 'integer', s: 'string' }, [['4999', 'x']])).toEqual({ values: [result], errors: [] });
	});
});

describe('a function that makes long texts', () => {
	it('fails the row whose text would be too long', () => {
		const { values, errors } = evaluated("length(repeat('x', n))", { n: 'integer' }, [['10'], ['2000000000']]);
		expect(values).toEqual(['10', null]);
		expect(errors).toEqual([{ row: 1, class: 'invalid_argument', message: 'The result would have 2000000000 characters; at most 4194304 are made.' }]);
	});

	it('stops a batch whose texts together would not fit the memory of a run', () => {
		const rows = Array.from({ length: 100 }, () => ['1000000']);
		expect(() => evaluated("repeat('x', n)", { n: 'integer' }, rows)).toThrow(/more than 33554432 characters/);
	});
});
