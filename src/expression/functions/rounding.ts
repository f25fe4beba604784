import { formatDecimal, powerOfTen, toExact } from '../../data/exact.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, ExactInteger } from '../../data/types.ts';
import { inRange } from '../evaluation/exact-arithmetic.ts';
import { divideRounded, rescale, roundDouble, roundHalfAway } from '../evaluation/rounding.ts';
import type { Expr } from '../ir.ts';
import { type Call, defineFunction, type FunctionDefinition, type Signature, sameAsFirst, scalarSignature } from './definition.ts';
import { decimal, double, optional, type Parameter, whole } from './parameter.ts';

/** Numbers with fewer digits. Doubles stay doubles, decimals lose their scale, integers are what they are. */
export const ROUNDING_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'round',
		aliases: ['round_to'],
		description: 'Rounded, halves away from zero, to so many digits behind the point (0 where left out, before it where negative).',
		otherwise: 'a result past its type fails the row (overflow)',
		examples: [
			['round(2.5)', '3'],
			['round(-2.5)', '-3'],
			['round_to(2.675, 2)', '2.68'],
			['round(1250, -2)', '1300'],
		],
		signatures: [
			scalarSignature({
				parameters: [whole('number'), optional(whole('digits'))],
				result: sameAsFirst,
				resultName: 'as number',
				fails: true,
				apply: (call, value, digits = 0) => (digits >= 0 ? value : fitting(call, roundWhole(value, -Number(digits)))),
			}),
			scalarSignature({
				parameters: [decimal('number'), optional(whole('digits'))],
				result: roundedDecimal,
				resultName: 'decimal',
				fails: true,
				apply: (call, value, digits = 0) => {
					const { from, to } = scalesOf(call);
					const wanted = Number(digits);
					const rounded = wanted >= from ? value : wanted >= 0 ? rescale(rescale(value, from, wanted), wanted, from) : roundWhole(value, from - wanted);
					return fitting(call, rescale(rounded, from, to));
				},
			}),
			scalarSignature({
				parameters: [double('number'), optional(whole('digits'))],
				result: 'double',
				apply: (_call, value, digits) => (digits === undefined ? roundHalfAway(value) : roundDouble(value, Number(digits))),
			}),
		],
	}),
	whichWhole(
		'ceil',
		['ceiling'],
		'The smallest whole number not below.',
		[
			['ceil(1.2)', '2'],
			['ceil(-1.2)', '-1'],
		],
		Math.ceil,
		(value) => value > 0n,
	),
	whichWhole(
		'floor',
		[],
		'The largest whole number not above.',
		[
			['floor(1.8)', '1'],
			['floor(-1.2)', '-2'],
		],
		Math.floor,
		(value) => value < 0n,
	),
	whichWhole('trunc', ['truncate'], 'Without its fraction: towards zero.', [['trunc(-1.8)', '-1']], Math.trunc, () => false),
];

function scalesOf(call: Call): { from: number; to: number } {
	const [type] = call.info.types;
	const { result } = call.info;
	return { from: type?.kind === 'decimal' ? type.scale : 0, to: result.kind === 'decimal' ? result.scale : 0 };
}

/** To a multiple of 10^digits. */
function roundWhole(value: ExactInteger, digits: number): ExactInteger {
	if (digits > 40) return 0;
	const unit = powerOfTen(digits);
	return toExact(divideRounded(BigInt(value), unit) * unit);
}

function fitting(call: Call, value: ExactInteger): ExactInteger | null {
	const { result } = call.info;
	const fits = result.kind === 'integer' ? value >= -2_147_483_648 && value <= 2_147_483_647 : inRange(BigInt(value), result);
	return fits
		? value
		: call.fail(
				'overflow',
				`${formatDecimal(value, result.kind === 'decimal' ? result.scale : 0)} does not fit ${result.kind === 'integer' ? 'an' : 'a'} ${typeName(result)}.`,
			);
}

/** One digit more before the point, for 9.9 → 10; the scale asked for where that is a literal. */
function roundedDecimal(types: readonly DataType[], args: readonly Expr[]): DataType | string {
	const [type] = types;
	if (type?.kind !== 'decimal') return sameAsFirst(types, args);
	const digits = args[1];
	const wanted = digits === undefined ? 0 : digits.kind === 'literal' ? Number(digits.value ?? 0) : type.scale;
	if (wanted >= type.scale) return type;
	const scale = Math.max(0, wanted);
	return { kind: 'decimal', precision: Math.min(38, type.precision - type.scale + 1 + scale), scale };
}

function wholeDecimal([type]: readonly DataType[]): DataType {
	return type?.kind === 'decimal' ? { kind: 'decimal', precision: Math.min(38, type.precision - type.scale + 1), scale: 0 } : (type as DataType);
}

function whichWhole(
	name: string,
	aliases: readonly string[],
	description: string,
	examples: FunctionDefinition['examples'],
	ofDouble: (value: number) => number,
	awayFromZero: (value: bigint) => boolean,
): FunctionDefinition {
	const unchanged = (parameter: Parameter<ExactInteger>): Signature =>
		scalarSignature({ parameters: [parameter], result: sameAsFirst, resultName: 'as number', apply: (_call, value) => value });
	return defineFunction({
		name,
		aliases,
		description,
		examples,
		signatures: [
			unchanged(whole('number')),
			scalarSignature({
				parameters: [decimal('number')],
				result: wholeDecimal,
				resultName: 'decimal',
				apply: (call, value) => {
					const { from } = scalesOf(call);
					if (from === 0) return value;
					const unit = powerOfTen(from);
					const exact = BigInt(value);
					const towardsZero = exact / unit;
					const away = exact % unit !== 0n && awayFromZero(exact);
					return toExact(away ? towardsZero + (exact < 0n ? -1n : 1n) : towardsZero);
				},
			}),
			scalarSignature({ parameters: [double('number')], result: 'double', apply: (_call, value) => ofDouble(value) }),
		],
	});
}
