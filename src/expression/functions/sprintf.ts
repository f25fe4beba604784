import { formatDecimal } from '../../data/exact.ts';
import { formatValue } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, ExactInteger, Value } from '../../data/types.ts';
import { rescale, roundHalfAway, unscaled } from '../evaluation/rounding.ts';
import { codePointLength, codePointSlice, mayMake } from './code-points.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { anything, checked, nullable, text } from './parameter.ts';

/** `%[position$][flags][width][.precision]conversion`, as in Java and C. */
const SPECIFIER = /%(?:(\d{1,2})\$)?([-+ 0,]*)(\d{1,4})?(?:\.(\d{1,3}))?([a-zA-Z%])/g;
const CONVERSIONS = 'sSdfeExXob%';

export const SPRINTF_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'sprintf',
		aliases: ['printf', 'format'],
		description:
			'Values written into a text: %s any value, %d whole numbers, %.2f fixed digits, %e exponent, %x hexadecimal, %% a percent sign; %05d, %-10s, %,d, %2$s as in Java.',
		nulls: 'a null value is written null; null if the format is null',
		otherwise: 'a value that does not fit its place fails the row (invalid_argument)',
		examples: [
			["sprintf('%s-%05d: %.2f%%', 'a', 42, 12.345)", 'a-00042: 12.35%'],
			["sprintf('%,d', 1234567)", '1,234,567'],
		],
		signatures: [
			scalarSignature({
				parameters: [nullable(checked(text('format'), formatFault))],
				rest: nullable(anything('value')),
				result: 'string',
				fails: true,
				takesNulls: true,
				apply: (call, format, ...values) => (format === null ? null : written(call, format, values)),
			}),
		],
	}),
];

function formatFault(format: string): string | null {
	const rest = format.replace(SPECIFIER, (whole, _position, _flags, _width, _precision, conversion: string) => (CONVERSIONS.includes(conversion) ? '' : whole));
	const at = rest.indexOf('%');
	return at === -1 ? null : `'${rest.slice(at, at + 8)}' is no place for a value: %s, %d, %.2f, %e, %x, %o, %b and %% are`;
}

function written(call: Call, format: string, values: readonly Value[]): string | null {
	const fault = formatFault(format);
	if (fault !== null) return call.fail('invalid_argument', `${fault}.`);
	let next = 0;
	let problem: string | null = null;
	const out = format.replace(
		SPECIFIER,
		(_whole, position: string | undefined, flags: string, width: string | undefined, precision: string | undefined, conversion: string) => {
			if (conversion === '%') return '%';
			const index = position === undefined ? next++ : Number(position) - 1;
			const type = call.info.types[index + 1];
			if (type === undefined) {
				problem ??= `The format has a place for value ${index + 1}, but there are ${values.length}.`;
				return '';
			}
			const value = values[index] ?? null;
			const piece =
				value === null ? 'null' : convert(conversion, type, value, flags, precision === undefined ? null : Number(precision), call.offset(index + 1));
			if (piece === null) {
				problem ??= `%${conversion} takes no ${typeName(type)}.`;
				return '';
			}
			return padded(piece, flags, Number(width ?? 0), value !== null && conversion !== 's' && conversion !== 'S');
		},
	);
	if (problem !== null) return call.fail('invalid_argument', problem);
	return mayMake(out.length, call) ? out : null;
}

/** The value without its padding; null where the conversion does not take its type. */
function convert(conversion: string, type: DataType, value: Exclude<Value, null>, flags: string, precision: number | null, offset: number): string | null {
	switch (conversion) {
		case 's':
		case 'S': {
			const whole = formatValue(type, value, offset);
			const cut = precision === null ? whole : codePointSlice(whole, 0, precision);
			return conversion === 'S' ? cut.toUpperCase() : cut;
		}
		case 'b':
			return type.kind === 'boolean' ? String(value) : null;
		case 'd': {
			const digits = fixed(type, value, 0);
			return digits === null || ((type.kind === 'double' || type.kind === 'float') && !Number.isInteger(value)) ? null : signed(digits, flags);
		}
		case 'f': {
			const digits = fixed(type, value, precision ?? 6);
			return digits === null ? null : signed(digits, flags);
		}
		case 'e':
		case 'E': {
			const number = toDouble(type, value);
			if (number === null) return null;
			const text = signed(number.toExponential(Math.min(precision ?? 6, 100)).replace(/e([+-])(\d)$/, 'e$10$2'), flags);
			return conversion === 'E' ? text.toUpperCase() : text;
		}
		default: {
			if (type.kind !== 'integer' && type.kind !== 'long') return null;
			// Negative numbers in two's complement, as in Java and C.
			const bits = BigInt.asUintN(type.kind === 'integer' ? 32 : 64, BigInt(value as ExactInteger));
			const digits = bits.toString(conversion === 'o' ? 8 : 16);
			return conversion === 'X' ? digits.toUpperCase() : digits;
		}
	}
}

/** A number with so many digits behind the point; null for what is no number. */
function fixed(type: DataType, value: Exclude<Value, null>, digits: number): string | null {
	switch (type.kind) {
		case 'integer':
		case 'long':
			return formatDecimal(rescale(value as ExactInteger, 0, digits), digits);
		case 'decimal':
			return formatDecimal(rescale(value as ExactInteger, type.scale, digits), digits);
		case 'float':
		case 'double': {
			const number = value as number;
			if (!Number.isFinite(number)) return String(number);
			const exact = unscaled(number, digits);
			return exact === null ? String(roundHalfAway(number)) : formatDecimal(exact, digits);
		}
		default:
			return null;
	}
}

function toDouble(type: DataType, value: Exclude<Value, null>): number | null {
	const text = fixed(type, value, type.kind === 'decimal' ? type.scale : 0);
	if (text === null) return null;
	return type.kind === 'float' || type.kind === 'double' ? (value as number) : Number(text);
}

function signed(digits: string, flags: string): string {
	const [whole = '', fraction] = digits.split('.');
	const grouped = flags.includes(',') ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole;
	const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
	if (text.startsWith('-')) return text;
	return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function padded(piece: string, flags: string, width: number, numeric: boolean): string {
	const missing = width - codePointLength(piece);
	if (missing <= 0) return piece;
	if (flags.includes('-')) return piece + ' '.repeat(missing);
	if (!flags.includes('0') || !numeric) return ' '.repeat(missing) + piece;
	const sign = /^[+\- ]/.exec(piece)?.[0] ?? '';
	return sign + '0'.repeat(missing) + piece.slice(sign.length);
}
