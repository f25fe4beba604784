import { vectorBuilder } from '../../data/builder.ts';
import { isDate } from '../../data/calendar.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, DecimalType, ExactInteger, TypeKind } from '../../data/types.ts';
import { float64Vector, type Vector } from '../../data/vector.ts';
import { type Arithmetic, arithmetic } from '../evaluation/arithmetic.ts';
import { inRange } from '../evaluation/exact-arithmetic.ts';
import type { Frame } from '../evaluation/frame.ts';
import { isNullConstant, type Operand, slotsOf, spread } from '../evaluation/operand.ts';
import { type CallInfo, defineFunction, type FunctionDefinition, type ResultType, type Signature, scalarSignature, vectorSignature } from './definition.ts';
import { date, decimal, double, float, integer, long, number, type Parameter } from './parameter.ts';

/**
 * Arithmetic. Decimal results are exact: + and - have the larger scale and one digit more before the point than the
 * larger side, * adds precisions and scales; a precision past 38 is held at 38 and a result that needs more fails its row.
 */
const sumType: ResultType = (types) => {
	const [a, b] = types as [DecimalType, DecimalType];
	const scale = Math.max(a.scale, b.scale);
	return decimalOf(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
};

const productType: ResultType = (types) => {
	const [a, b] = types as [DecimalType, DecimalType];
	if (a.scale + b.scale > 38)
		return `the result of ${typeName(a)} * ${typeName(b)} would have ${a.scale + b.scale} digits behind the point; at most 38 are kept. Cast one side to a smaller scale`;
	return decimalOf(a.precision + b.precision, a.scale + b.scale);
};

const remainderType: ResultType = (types) => {
	const [a, b] = types as [DecimalType, DecimalType];
	const scale = Math.max(a.scale, b.scale);
	return decimalOf(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, scale);
};

const quotientType: ResultType = (types) => {
	const [a, b] = types as [DecimalType, DecimalType];
	return decimalOf(Math.max(1, a.precision - a.scale + b.scale), 0);
};

/** As in SQL Server and Spark: digits behind the point are given up where there are more than 38 in all, down to six. */
const dividedType: ResultType = (types) => {
	const [a, b] = types as [DecimalType, DecimalType];
	const scale = Math.max(LEAST_SCALE, a.scale + b.precision + 1);
	const whole = a.precision - a.scale + b.scale;
	if (whole + scale <= MOST_DIGITS) return decimalOf(whole + scale, scale);
	return decimalOf(MOST_DIGITS, Math.max(MOST_DIGITS - whole, LEAST_SCALE));
};

const LEAST_SCALE = 6;
const MOST_DIGITS = 38;

function decimalOf(precision: number, scale: number): DataType {
	return { kind: 'decimal', precision: Math.min(38, precision), scale };
}

type NumericKind = Exclude<TypeKind, 'string' | 'boolean' | 'datetime' | 'date' | 'binary' | 'json'>;

const PARAMETERS: Readonly<Record<NumericKind, (name: string) => Parameter>> = { integer, long, decimal, float, double };

function over(operation: Arithmetic, decimals: ResultType, kinds: readonly NumericKind[] = ['integer', 'long', 'decimal', 'float', 'double']): Signature[] {
	return kinds.map((kind) =>
		vectorSignature({
			parameters: [PARAMETERS[kind]('a'), PARAMETERS[kind]('b')],
			result: kind === 'decimal' ? decimals : kind,
			resultName: kind === 'decimal' ? 'decimal' : kind,
			fails: true,
			evaluate: (operands, info, frame) => arithmetic(operation, operands, info, frame),
		}),
	);
}

const addDays = (sign: 1 | -1) => (call: { fail(cause: 'overflow', message: string): null }, day: number, days: number) => {
	const moved = day + sign * days;
	return isDate(moved) ? moved : call.fail('overflow', `${days} days from there is no date of the years 0001 to 9999.`);
};

export const OPERATORS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'add',
		spelling: 'a + b',
		operator: true,
		description: 'Sum; a date plus whole days is a date.',
		otherwise: 'a result past its type fails the row (overflow)',
		examples: [
			['1 + 2.50', '3.50'],
			["date '2024-02-28' + 2", '2024-03-01'],
			['9007199254740993 + 1', '9007199254740994'],
		],
		signatures: [
			...over('add', sumType),
			scalarSignature({ parameters: [date('a'), integer('days')], result: 'date', fails: true, apply: addDays(1) }),
			scalarSignature({ parameters: [integer('days'), date('b')], result: 'date', fails: true, apply: (call, days, day) => addDays(1)(call, day, days) }),
		],
	}),
	defineFunction({
		name: 'subtract',
		spelling: 'a - b',
		operator: true,
		description: 'Difference; of two dates their days, a date minus whole days is a date.',
		otherwise: 'a result past its type fails the row (overflow)',
		examples: [
			['1 - 2.5', '-1.5'],
			["date '2024-03-01' - date '2024-02-28'", '2'],
		],
		signatures: [
			...over('subtract', sumType),
			scalarSignature({ parameters: [date('a'), date('b')], result: 'integer', apply: (_call, a, b) => a - b }),
			scalarSignature({ parameters: [date('a'), integer('days')], result: 'date', fails: true, apply: addDays(-1) }),
		],
	}),
	defineFunction({
		name: 'multiply',
		spelling: 'a * b',
		operator: true,
		description: 'Product.',
		otherwise: 'a result past its type fails the row (overflow)',
		examples: [['3 * 1.25', '3.75']],
		signatures: over('multiply', productType),
	}),
	defineFunction({
		name: 'divide',
		spelling: 'a / b',
		operator: true,
		description:
			'Quotient: a double of whole numbers and floats (DIV truncates); with a decimal on one side and a decimal or whole number on the other an exact decimal, halves rounded away from zero. Of (p1,s1) / (p2,s2) its scale is the larger of 6 and s1 + p2 + 1, and less, but not below 6, where it would have more than 38 digits.',
		otherwise: 'division by zero fails the row (division_by_zero), a quotient past 38 digits too (overflow)',
		examples: [
			['7 / 2', '3.5'],
			['10.00 / 3', '3.333333'],
			['2.0 / 3.00', '0.666667'],
		],
		signatures: [
			...over('divide', dividedType, ['double']),
			vectorSignature({
				parameters: [decimal('a'), decimal('b')],
				result: dividedType,
				resultName: 'decimal',
				fails: true,
				refuses: (kinds) => !kinds.includes('decimal'),
				evaluate: (operands, info, frame) => arithmetic('divide', operands, info, frame),
			}),
		],
	}),
	defineFunction({
		name: 'div',
		spelling: 'a div b',
		description: 'Quotient without its fraction: towards zero.',
		otherwise: 'division by zero fails the row (division_by_zero)',
		examples: [
			['7 div 2', '3'],
			['-7 div 2', '-3'],
		],
		signatures: over('div', quotientType),
	}),
	defineFunction({
		name: 'mod',
		spelling: 'a % b',
		description: 'Remainder, with the sign of a; also MOD(a, b).',
		otherwise: 'division by zero fails the row (division_by_zero)',
		examples: [
			['-7 % 3', '-1'],
			['mod(7.5, 2)', '1.5'],
		],
		signatures: over('mod', remainderType),
	}),
	defineFunction({
		name: 'negate',
		spelling: '-a',
		operator: true,
		description: 'The negative.',
		otherwise: 'the smallest integer or long fails the row (overflow)',
		examples: [['-(5)', '-5']],
		signatures: [
			vectorSignature({
				parameters: [number('a')],
				result: (types) => types[0] as DataType,
				fails: true,
				evaluate: ([operand], info, frame) => negate(operand as Operand, info, frame, () => true),
			}),
		],
	}),
	defineFunction({
		name: 'abs',
		description: 'Without its sign.',
		otherwise: 'the smallest integer or long fails the row (overflow)',
		examples: [
			['abs(-3)', '3'],
			['abs(-2.50)', '2.50'],
		],
		signatures: [
			vectorSignature({
				parameters: [number('a')],
				result: (types) => types[0] as DataType,
				fails: true,
				evaluate: ([operand], info, frame) => negate(operand as Operand, info, frame, (value) => value < 0),
			}),
		],
	}),
];

/** Turns the sign of the values that `where` holds for. */
function negate(operand: Operand, info: CallInfo, frame: Frame, where: (value: ExactInteger) => boolean): Vector {
	const vector = spread(operand, frame.length);
	if (isNullConstant(operand)) return vector;
	const { nulls } = vector;
	if (vector.layout === 'float64') {
		const out = new Float64Array(frame.length);
		for (let row = 0; row < out.length; row++) {
			const value = vector.values[row] as number;
			out[row] = where(value) || Object.is(value, -0) ? -value : value;
		}
		return float64Vector(info.result, out, nulls);
	}
	const slots = slotsOf(vector) as ArrayLike<ExactInteger>;
	const builder = vectorBuilder(info.result, frame.length);
	const least = info.result.kind === 'integer' ? -2_147_483_648 : null;
	for (let row = 0; row < frame.length; row++) {
		const value = slots[row] as ExactInteger;
		if (nulls !== null && nulls[row] === 1) builder.push(null);
		else if (!where(value)) builder.push(value);
		else if (value === least || (typeof value === 'bigint' && !inRange(-value, info.result))) {
			frame.fail(row, 'overflow', `-(${value}) does not fit ${info.result.kind === 'integer' ? 'an' : 'a'} ${typeName(info.result)}.`);
			builder.push(null);
		} else builder.push(typeof value === 'bigint' ? -value : 0 - value);
	}
	return builder.finish();
}
