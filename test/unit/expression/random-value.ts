import fc from 'fast-check';
import type { Schema } from '../../../src/data/types.ts';

/** The columns random expressions are about. */
export const RANDOM_SCHEMA: Schema = [
	{ name: 's1', type: { kind: 'string' } },
	{ name: 's2', type: { kind: 'string' } },
	{ name: 'i1', type: { kind: 'integer' } },
	{ name: 'i2', type: { kind: 'integer' } },
	{ name: 'l1', type: { kind: 'long' } },
	{ name: 'l2', type: { kind: 'long' } },
	{ name: 'm1', type: { kind: 'decimal', precision: 12, scale: 2 } },
	{ name: 'm2', type: { kind: 'decimal', precision: 20, scale: 5 } },
	{ name: 'r1', type: { kind: 'double' } },
	{ name: 'r2', type: { kind: 'double' } },
	{ name: 'b1', type: { kind: 'boolean' } },
	{ name: 'b2', type: { kind: 'boolean' } },
	{ name: 'd1', type: { kind: 'date' } },
	{ name: 'd2', type: { kind: 'date' } },
	{ name: 't1', type: { kind: 'datetime' } },
	{ name: 't2', type: { kind: 'datetime' } },
];

export const text = fc.constantFrom(
	'',
	'a',
	'A',
	'ab',
	'aab',
	'b%a',
	'_',
	'é',
	'ñandú',
	'😀',
	'a😀b',
	'～',
	'12',
	'-7',
	'007',
	'99999999999',
	'true',
	'zz top',
	' x ',
	'a,b,,c',
	"it's",
	'2024-02-29',
);
export const int32 = fc.oneof(
	fc.integer({ min: -5, max: 5 }),
	fc.integer({ min: -2147483648, max: 2147483647 }),
	fc.constantFrom(-2147483648, 2147483647, 0, 1, 7),
);
export const int64 = fc.oneof(
	fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
	fc.bigInt({ min: -9n, max: 9n }),
	fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
);
export const double = fc.oneof(
	fc.constantFrom(0, -0.5, 0.5, 1, 2.5, -2.5, 1e15, 0.1, 1e-7, 123456.789),
	fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
);
export const decimal = (digits: number, scale: number) =>
	fc.bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n }).map((value) => {
		const whole = String(value < 0n ? -value : value).padStart(scale + 1, '0');
		return `${value < 0n ? '-' : ''}${whole.slice(0, -scale)}.${whole.slice(-scale)}`;
	});
export const date = fc.date({ min: new Date('1890-01-01'), max: new Date('2120-12-31'), noInvalidDate: true }).map((value) => value.toISOString().slice(0, 10));
export const datetime = fc
	.tuple(date, fc.integer({ min: 0, max: 86_399 }), fc.constantFrom('', '.5', '.123', '.000001', '.999999'))
	.map(([day, second, fraction]) => `${day}T${new Date(second * 1000).toISOString().slice(11, 19)}${fraction}Z`);

/** A row's values as text, null for null, in the schema's order. */
export const randomRow: fc.Arbitrary<(string | null)[]> = fc
	.tuple(
		text,
		text,
		int32.map(String),
		int32.map(String),
		int64.map(String),
		int64.map(String),
		decimal(12, 2),
		decimal(18, 5),
		double.map(String),
		double.map(String),
		fc.boolean().map(String),
		fc.boolean().map(String),
		date,
		date,
		datetime,
		datetime,
	)
	.chain((values) => fc.tuple(...values.map((value) => fc.option(fc.constant(value), { freq: 5 }))));
