import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/expression/evaluate.ts';
import type { RowError } from '../../../src/expression/ir.ts';
import { selectRows } from '../../../src/expression/select.ts';
import { batchOf, evaluated, exprOf, schemaOf, textsOf } from './expressions.ts';

const TRUTHS = ['true', 'false', null] as const;
const PAIRS = TRUTHS.flatMap((a) => TRUTHS.map((b) => [a, b]));

describe('null logic', () => {
	it('is that of SQL', () => {
		const columns = { a: 'boolean', b: 'boolean' };
		expect(evaluated('a and b', columns, PAIRS).values).toEqual(['true', 'false', null, 'false', 'false', 'false', null, 'false', null]);
		expect(evaluated('a or b', columns, PAIRS).values).toEqual(['true', 'true', 'true', 'true', 'false', null, 'true', null, null]);
		expect(evaluated('not a', columns, PAIRS).values).toEqual(['false', 'false', 'false', 'true', 'true', 'true', null, null, null]);
		expect(evaluated('a = b', columns, PAIRS).values).toEqual(['true', 'false', null, 'false', 'true', null, null, null, null]);
		expect(evaluated('a is distinct from b', columns, PAIRS).values).toEqual(['false', 'true', 'true', 'true', 'false', 'true', 'true', 'true', 'false']);
	});

	it('of in, between and case follows from it', () => {
		const rows = [['1'], ['3'], [null]];
		expect(evaluated('n in (1, 2)', { n: 'integer' }, rows).values).toEqual(['true', 'false', null]);
		expect(evaluated('n in (1, null)', { n: 'integer' }, rows).values).toEqual(['true', null, null]);
		expect(evaluated('n not in (1, null)', { n: 'integer' }, rows).values).toEqual(['false', null, null]);
		expect(evaluated('n in (n, 5)', { n: 'integer' }, rows).values).toEqual(['true', 'true', null]);
		expect(evaluated('n between 2 and null', { n: 'integer' }, rows).values).toEqual(['false', null, null]);
		expect(evaluated("case when n = 1 then 'one' when n is null then 'none' end", { n: 'integer' }, rows).values).toEqual(['one', null, 'none']);
		expect(evaluated("case n when null then 'never' else 'always' end", { n: 'integer' }, rows).values).toEqual(['always', 'always', 'always']);
	});
});

describe('lazy evaluation', () => {
	const rows = [['0'], ['2'], [null], ['4']];

	it.each([
		['n != 0 and 8 / n > 3', ['false', 'true', null, 'false']],
		['n = 0 or 8 / n > 3', ['true', 'true', null, 'false']],
		['case when n = 0 then 0.0 else 8 / n end', ['0', '4', null, '2']],
		['n = 0 ? null : 8 / n', [null, '4', null, '2']],
		['coalesce(n, 1 / 0)', ['0', '2', null, '4']],
		["if(n > 1, cast('x' || n as integer), 1)", ['1', null, '1', null]],
		['nvl2(n, 1 / n, 5)', [null, '0.5', '5', '0.25']],
	])('%s', (text, values) => {
		expect(evaluated(text, { n: 'integer' }, rows).values).toEqual(values);
	});

	it('touches nothing that no row needs', () => {
		expect(evaluated('n != 0 and 8 / n > 3', { n: 'integer' }, rows).errors).toEqual([]);
		expect(evaluated('case when n is null then 1 / 0 else 1 end', { n: 'integer' }, [['1'], ['2']]).errors).toEqual([]);
	});

	it('evaluates branches inside branches for their own rows', () => {
		const text = "case when n > 1 then case when s = 'x' then 10 / (n - 2) else 1 / n end else coalesce(cast(s as integer), -1) end";
		const outcome = evaluated(text, { n: 'integer', s: 'string' }, [
			['5', 'x'],
			['2', 'y'],
			['1', '7'],
			['0', null],
			['2', 'x'],
			['1', 'z'],
		]);
		expect(outcome.values).toEqual([String(10 / 3), '0.5', '7', '-1', null, null]);
		expect(outcome.errors.map(({ row, class: cause }) => [row, cause])).toEqual([
			[4, 'division_by_zero'],
			[5, 'invalid_cast'],
		]);
	});
});

describe('a row that fails', () => {
	it('is null, told once and does not stop the others', () => {
		const outcome = evaluated('1 / n + 1 / n', { n: 'integer' }, [['0'], ['2'], [null], ['0']]);
		expect(outcome).toEqual({
			values: [null, '1', null, null],
			errors: [
				{ row: 0, class: 'division_by_zero', message: '1 / 0 is division by zero.' },
				{ row: 3, class: 'division_by_zero', message: '1 / 0 is division by zero.' },
			],
		});
	});

	it.each(['coalesce(1 / n, 5)', '1 / n is null', 'case when 1 / n > 0 then 1 else 2 end', 'not (1 / n > 0)', "'x' || 1 / n", 'greatest(1 / n, 3)'])(
		'is not made good by what stands around it: %s',
		(text) => {
			const { values, errors } = evaluated(text.replace("'x' || 1 / n", "concat_ws('-', 'x', 1 / n)"), { n: 'integer' }, [['0']]);
			expect(values).toEqual([null]);
			expect(errors).toHaveLength(1);
		},
	);

	it.each([
		['2147483647 + n', 'overflow', '2147483647 + 1 does not fit an integer (-2147483648 to 2147483647); cast one side to long.'],
		['cast(9223372036854775807 as long) + n', 'overflow', '9223372036854775807 + 1 does not fit a long.'],
		['cast(99.99 as decimal(4,2)) * cast(1e36 as decimal(38,0)) * n', 'overflow', ''],
		['1e308 * 10 * n', 'overflow', '1e+308 * 10 does not fit a double.'],
		['n % 0', 'division_by_zero', '1 % 0 is division by zero.'],
		['n div 0', 'division_by_zero', '1 div 0 is division by zero.'],
		['1.5 % (n - 1)', 'division_by_zero', '1.5 % 0 is division by zero.'],
		["cast('12x' as integer) + n", 'invalid_cast', "'12x' is no integer: expected a whole number from -2147483648 to 2147483647."],
		["cast('2024-13-01' as date) is null and n = 1", 'invalid_cast', "'2024-13-01' is no date: expected a date such as 2024-01-31."],
		['cast(3000000000 as integer) + n', 'overflow', '3000000000 is no integer: expected a whole number from -2147483648 to 2147483647.'],
		['sqrt(-n)', 'invalid_argument', 'sqrt(-1) is no number.'],
		['ln(n - 1)', 'invalid_argument', 'ln(0) is no number.'],
		["ToDate('31/02/2024', 'dd/MM/yyyy') is null or n = 2", 'invalid_cast', "'31/02/2024' is no datetime in the format dd/MM/yyyy."],
		["JsonExtract('{', '$.a') is null or n = 2", 'invalid_json', "'{' is not JSON."],
		["date '9999-12-31' + n", 'overflow', ''],
		['abs(cast(-2147483648 as integer) + n - 1)', 'overflow', '-(-2147483648) does not fit an integer.'],
	])('%s is %s', (text, cause, message) => {
		const { errors } = evaluated(text, { n: 'integer' }, [['1']]);
		expect(errors).toHaveLength(1);
		expect(errors[0]?.class).toBe(cause);
		if (message !== '') expect(errors[0]?.message).toBe(message);
	});

	it('is null instead where try_cast asks for it', () => {
		expect(evaluated('try_cast(s as integer)', { s: 'string' }, [['12'], ['x'], [' 7 '], [null], ['99999999999']])).toEqual({
			values: ['12', null, '7', null, null],
			errors: [],
		});
	});
});

describe('numbers', () => {
	it('of 64 bits and decimals keep every digit', () => {
		const columns = { l: 'long', m: 'decimal(38,2)' };
		const rows = [
			['9007199254740993', '12345678901234567890123456789012345.67'],
			['-9223372036854775808', '-0.01'],
			['1', '2.00'],
		];
		expect(evaluated('l + 1', columns, rows).values).toEqual(['9007199254740994', '-9223372036854775807', '2']);
		expect(evaluated('l div 2', columns, rows).values).toEqual(['4503599627370496', '-4611686018427387904', '0']);
		expect(evaluated('l * 3 % 7', columns, rows.slice(0, 1)).values).toEqual([String((9007199254740993n * 3n) % 7n)]);
		expect(evaluated('m - 0.005', columns, rows).values).toEqual(['12345678901234567890123456789012345.665', '-0.015', '1.995']);
		expect(evaluated('m = 12345678901234567890123456789012345.670', columns, rows).values).toEqual(['true', 'false', 'false']);
		expect(evaluated('l > 9007199254740992', columns, rows).values).toEqual(['true', 'false', 'false']);
		expect(evaluated('l in (9007199254740993, 1)', columns, rows).values).toEqual(['true', 'false', 'true']);
		expect(evaluated('cast(l as string)', columns, rows).values).toEqual(['9007199254740993', '-9223372036854775808', '1']);
	});

	it('that are decimals divide to a decimal, rounded half away from zero at the scale of SQL Server and Spark', () => {
		const columns = { m: 'decimal(10,2)', o: 'decimal(3,1)', n: 'integer', w: 'decimal(38,10)', r: 'double' };
		const row = ['10.00', '-3.0', '7', '12345678901234567890.0123456789', '2'];
		const divided = (expression: string) => evaluated(expression, columns, [row]);
		expect(divided('m / o').values).toEqual(['-3.333333']);
		expect(divided('0.5 / o').values).toEqual(['-0.166667']);
		expect(divided('m / n').values).toEqual(['1.4285714285714']);
		expect(divided('n / o').values).toEqual(['-2.333333']);
		// 38 digits are not enough for all that stand before the point and behind it.
		expect(divided('w / w').values).toEqual(['1.000000']);
		expect(divided('w / 3.0').values).toEqual(['4115226300411522630.004115226']);
		expect(divided('m / r').values).toEqual(['5']);
		expect(divided('n / 2').values).toEqual(['3.5']);
		expect(divided('m / (o + 3.0)').errors).toMatchObject([{ row: 0, class: 'division_by_zero', message: '10.00 / 0.0 is division by zero.' }]);
		expect(divided('w / 0.0000000000000001').errors).toMatchObject([{ class: 'overflow' }]);
	});

	it('that are decimals have a quotient that is off by at most half of its last digit', () => {
		const text = (digits: bigint, scale: number) => {
			const shown = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
			return `${digits < 0n ? '-' : ''}${shown.slice(0, shown.length - scale)}${scale === 0 ? '' : `.${shown.slice(-scale)}`}`;
		};
		const digits = (most: number) => fc.oneof(fc.bigInt(-(10n ** BigInt(most)) + 1n, 10n ** BigInt(most) - 1n), fc.bigInt(-999n, 999n));
		fc.assert(
			fc.property(digits(18), digits(9), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 9 }), (x, y, sa, sb) => {
				const { values, errors } = evaluated('a / b', { a: `decimal(18,${sa})`, b: `decimal(9,${sb})` }, [[text(x, sa), text(y, sb)]]);
				const scale = Math.max(6, sa + 10);
				expect(errors).toHaveLength(y === 0n ? 1 : 0);
				if (y === 0n) return;
				const quotient = BigInt((values[0] as string).replace('.', ''));
				// quotient · 10^-scale ≈ x · 10^-sa / (y · 10^-sb)
				const wanted = x * 10n ** BigInt(scale + sb - sa);
				const off = quotient * y - wanted;
				expect((values[0] as string).split('.')[1]).toHaveLength(scale);
				expect((off < 0n ? -off : off) * 2n <= (y < 0n ? -y : y)).toBe(true);
			}),
		);
	});

	it('that are whole divide to double, and DIV truncates', () => {
		expect(evaluated('n / 2', { n: 'integer' }, [['7'], ['-7']]).values).toEqual(['3.5', '-3.5']);
		expect(evaluated('n div 2', { n: 'integer' }, [['7'], ['-7']]).values).toEqual(['3', '-3']);
	});

	it('round half away from zero, as their decimal text reads', () => {
		expect(evaluated('round(r, 2)', { r: 'double' }, [['2.675'], ['-2.675'], ['1.005'], ['1e20'], ['0.1']]).values).toEqual([
			'2.68',
			'-2.68',
			'1.01',
			'100000000000000000000',
			'0.1',
		]);
		expect(evaluated('cast(r as integer)', { r: 'double' }, [['2.5'], ['-2.5'], ['0.49999999999999994']]).values).toEqual(['3', '-3', '0']);
		expect(evaluated('cast(r as decimal(10,2))', { r: 'double' }, [['1.005'], ['-0.001'], ['1e-7']]).values).toEqual(['1.01', '0.00', '0.00']);
	});

	it('that are NaN are equal to themselves and above every other', () => {
		const rows = [['NaN'], ['Infinity'], ['1'], ['-Infinity']];
		expect(evaluated('r > 1', { r: 'double' }, rows).values).toEqual(['true', 'true', 'false', 'false']);
		expect(evaluated('r = r', { r: 'double' }, rows).values).toEqual(['true', 'true', 'true', 'true']);
		expect(evaluated('r <= 1', { r: 'double' }, rows).values).toEqual(['false', 'false', 'true', 'true']);
		expect(evaluated("r = cast('NaN' as double)", { r: 'double' }, rows).values).toEqual(['true', 'false', 'false', 'false']);
		expect(evaluated("r < cast('NaN' as double)", { r: 'double' }, rows).values).toEqual(['false', 'true', 'true', 'true']);
		expect(evaluated('r + 1', { r: 'double' }, rows)).toEqual({ values: ['NaN', 'Infinity', '2', '-Infinity'], errors: [] });
	});

	it('of 32-bit floats equal the literal they were read from', () => {
		expect(evaluated('f = 0.1', { f: 'float' }, [['0.1'], ['0.2']]).values).toEqual(['true', 'false']);
		expect(evaluated('f + 0.2', { f: 'float' }, [['0.1']]).values).toEqual(['0.3']);
	});
});

describe('texts', () => {
	it('are compared by code point', () => {
		expect(evaluated("s < '😀'", { s: 'string' }, [['～'], ['😁'], ['a']]).values).toEqual(['true', 'false', 'true']);
		expect(
			evaluated('a < b', { a: 'string', b: 'string' }, [
				['Z', 'a'],
				['a', 'aa'],
				['é', 'z'],
			]).values,
		).toEqual(['true', 'true', 'false']);
	});

	it('count and cut by code point', () => {
		expect(evaluated("length(s) || ' ' || substring(s, 2, 2) || ' ' || indexof(s, 'c') || ' ' || left(s, -1)", { s: 'string' }, [['a😀bc']]).values).toEqual([
			'4 😀b 4 a😀b',
		]);
	});

	it('keep a backslash a backslash and a quote doubled', () => {
		expect(evaluated("'a\\n''b'").values).toEqual(["a\\n'b"]);
	});
});

describe('a compiled expression', () => {
	it('serves batches whose schemas differ in order and layout', () => {
		const compiled = compile(exprOf('l + 1', schemaOf({ l: 'long' })));
		const errors: RowError[] = [];
		expect(textsOf(compiled(batchOf(schemaOf({ l: 'long' }), [['1']]), errors))).toEqual(['2']);
		expect(textsOf(compiled(batchOf(schemaOf({ s: 'string', l: 'long' }), [['x', '9007199254740993']]), errors))).toEqual(['9007199254740994']);
		expect(textsOf(compiled(batchOf(schemaOf({ l: 'long' }), []), errors))).toEqual([]);
	});

	it('leaves its input as it was', () => {
		const batch = batchOf(schemaOf({ n: 'integer' }), [['0'], [null], ['2']]);
		const before = structuredClone(batch.columns);
		compile(exprOf('1 / n is null or not (n > 1)', batch.schema))(batch, []);
		expect(batch.columns).toEqual(before);
	});
});

describe('selecting rows', () => {
	it('parts true from false or null, and leaves out what failed', () => {
		const batch = batchOf(schemaOf({ n: 'integer' }), [['0'], ['1'], [null], ['5'], ['-1']]);
		const errors: RowError[] = [];
		const selected = selectRows(compile(exprOf('10 / n > 2', batch.schema)), batch, errors);
		expect([...selected.rows.subarray(0, selected.count)]).toEqual([1]);
		expect([...selected.rejected.subarray(0, selected.rejectedCount)]).toEqual([2, 3, 4]);
		expect(errors.map(({ row }) => row)).toEqual([0]);
	});
});
