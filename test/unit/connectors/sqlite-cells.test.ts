import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCell, storedCell } from '../../../src/connectors/sqlite/cells.ts';
import { affinityOf, declaredType, typeOfDeclared } from '../../../src/connectors/sqlite/types.ts';
import { toExact } from '../../../src/data/exact.ts';
import { parseTypeName } from '../../../src/data/type-names.ts';
import type { DataType } from '../../../src/data/types.ts';

const type = (name: string) => parseTypeName(name) as DataType;

test('a type declared by us reads back as the same type', () => {
	for (const name of ['string', 'integer', 'long', 'float', 'double', 'boolean', 'datetime', 'date', 'json', 'binary', 'decimal(1,0)', 'decimal(38,38)']) {
		expect(typeOfDeclared(declaredType(type(name))), name).toEqual(type(name));
	}
});

test.each([
	['INTEGER', 'long'],
	['int', 'long'],
	['UNSIGNED BIG INT', 'long'],
	['smallint', 'integer'],
	['VARCHAR(20)', 'string'],
	['character varying', 'string'],
	['numeric(10, 4)', 'decimal(10,4)'],
	['NUMERIC(10)', 'decimal(10,0)'],
	['decimal(50,2)', 'double'],
	['numeric', 'double'],
	['double precision', 'double'],
	['float', 'double'],
	['timestamp with time zone', 'datetime'],
	['Date', 'date'],
	['uuid', 'string'],
	['STRING', 'string'],
	['blob', 'binary'],
])("a user's column declared %s is read as %s", (declared, name) => {
	expect(typeOfDeclared(declared)).toEqual(type(name));
});

test('a column without a declared type says nothing', () => {
	expect(typeOfDeclared('')).toBeNull();
	expect(typeOfDeclared('any')).toBeNull();
});

test('text types have TEXT affinity, so that 007 and 1.10 stay as they are', () => {
	expect(affinityOf(declaredType(type('string')))).toBe('TEXT');
	expect(affinityOf(declaredType(type('json')))).toBe('TEXT');
});

test('decimals of up to 15 digits are kept as numbers that sort and sum, longer ones as digits, and all read back exactly', () => {
	const decimal = fc
		.tuple(fc.integer({ min: 1, max: 38 }), fc.nat({ max: 38 }), fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }))
		.map(
			([precision, scale, digits]) =>
				[{ kind: 'decimal', precision, scale: Math.min(scale, precision) } as const, toExact(digits % 10n ** BigInt(precision))] as const,
		);
	fc.assert(
		fc.property(decimal, ([of, unscaled]) => {
			const cell = storedCell(of, unscaled);
			const significant = String(unscaled)
				.replace(/^-/, '')
				.replace(/^0+|0+$/g, '').length;
			if (significant <= 15 && of.precision <= 15) expect(typeof cell).toBe('number');
			expect(readCell(of, cell)).toBe(unscaled);
		}),
		{ numRuns: 3000 },
	);
});

test('the error of adding doubles does not make a decimal unreadable, a digit behind the scale does', () => {
	expect(readCell(type('decimal(5,2)'), 0.1 + 0.2)).toBe(30);
	expect(readCell(type('decimal(5,2)'), 0.125)).toBeUndefined();
});

test('datetimes are kept as SQLite spells them, in UTC, so that text order is time order', () => {
	const moment = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
	fc.assert(
		fc.property(moment, moment, (a, b) => {
			const [first, second] = [String(storedCell(type('datetime'), a)), String(storedCell(type('datetime'), b))];
			expect(first < second).toBe(a < b);
			expect(readCell(type('datetime'), first)).toBe(a);
		}),
	);
	expect(storedCell(type('datetime'), 1_704_067_200_500)).toBe('2024-01-01 00:00:00.500');
});

test('what is not of the type is undefined, never another value', () => {
	expect(readCell(type('integer'), 2_147_483_648)).toBeUndefined();
	expect(readCell(type('long'), 1.5)).toBeUndefined();
	expect(readCell(type('long'), 2 ** 60)).toBeUndefined();
	expect(readCell(type('long'), 'n/a')).toBeUndefined();
	expect(readCell(type('boolean'), 2)).toBeUndefined();
	expect(readCell(type('date'), 45_000)).toBeUndefined();
	expect(readCell(type('string'), new Uint8Array([255]))).toBeUndefined();
	expect(readCell(type('json'), '{broken')).toBeUndefined();
});
