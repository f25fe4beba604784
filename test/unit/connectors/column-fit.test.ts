import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carryValue, columnFit } from '../../../src/data/column-fit.ts';
import { toExact } from '../../../src/data/exact.ts';
import { formatValue } from '../../../src/data/text.ts';
import { parseTypeName } from '../../../src/data/type-names.ts';
import type { DataType, Value } from '../../../src/data/types.ts';

const type = (name: string) => parseTypeName(name) as DataType;

test.each([
	['integer', 'integer', 'always'],
	['integer', 'long', 'always'],
	['integer', 'double', 'always'],
	['integer', 'decimal(12,2)', 'always'],
	['integer', 'decimal(11,2)', 'checked'],
	['long', 'decimal(19,0)', 'always'],
	['long', 'integer', 'checked'],
	['long', 'double', 'checked'],
	['decimal(10,2)', 'decimal(12,4)', 'always'],
	['decimal(10,2)', 'decimal(12,1)', 'checked'],
	['decimal(10,2)', 'decimal(10,3)', 'checked'],
	['float', 'double', 'always'],
	['date', 'datetime', 'always'],
	['datetime', 'date', 'never'],
	['double', 'decimal(10,2)', 'never'],
	['double', 'float', 'never'],
	['string', 'long', 'never'],
	['boolean', 'long', 'never'],
	['json', 'string', 'always'],
	['binary', 'string', 'always'],
	['string', 'json', 'never'],
] as const)('%s into a column of %s: %s', (from, to, fit) => {
	expect(columnFit(type(from), type(to))).toBe(fit);
});

test('a value carried over is the same number, or is refused: nothing is rounded', () => {
	const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ['long', toExact(value)] as const);
	const power = fc.integer({ min: 0, max: 62 }).map((exponent) => ['long', toExact(2n ** BigInt(exponent))] as const);
	const decimal = fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }).map((value) => ['decimal(20,4)', toExact(value)] as const);
	const small = fc.integer({ min: -1000, max: 1000 }).map((value) => ['decimal(20,4)', value * 2500] as const);
	const targets = fc.constantFrom('integer', 'long', 'double', 'float', 'decimal(38,4)', 'decimal(12,1)', 'decimal(9,4)');
	const carried = new Map<string, number>();
	fc.assert(
		fc.property(fc.oneof(long, power, decimal, small), targets, ([from, value], to) => {
			const result = carryValue(type(from), type(to), value);
			if (result === undefined) return;
			carried.set(to, (carried.get(to) ?? 0) + 1);
			expect(tenThousandths(to, result)).toBe(tenThousandths(from, value));
		}),
		{ numRuns: 5000 },
	);
	expect([...carried.values()].every((times) => times > 50) && carried.size === 7).toBe(true);
});

/** A number in ten-thousandths: of a whole double its exact value, of a broken one its shortest digits. */
function tenThousandths(name: string, value: Exclude<Value, null>): bigint {
	if (typeof value === 'number' && !name.startsWith('decimal') && Number.isInteger(value)) return BigInt(value) * 10_000n;
	const [whole = '', fraction = ''] = formatValue(type(name), value).split('.');
	return BigInt(whole + fraction.padEnd(4, '0'));
}

test('dates become midnights, everything becomes its text', () => {
	expect(carryValue(type('date'), type('datetime'), 1)).toBe(86_400_000);
	expect(carryValue(type('decimal(5,2)'), type('string'), 1230)).toBe('12.30');
	expect(carryValue(type('boolean'), type('string'), true)).toBe('true');
	expect(carryValue(type('long'), type('string'), 9_007_199_254_740_993n)).toBe('9007199254740993');
});
