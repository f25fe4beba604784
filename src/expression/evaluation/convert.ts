import { dayOf, MS_PER_DAY } from '../../data/calendar.ts';
import { formatDecimal, toExact } from '../../data/exact.ts';
import { fromJsonValue } from '../../data/json.ts';
import { parseJsonNumbers } from '../../data/json-text.ts';
import { formatFloat32 } from '../../data/numbers.ts';
import { formatValue, parseDatetime, parseValue } from '../../data/text.ts';
import type { DataType, ExactInteger, Value } from '../../data/types.ts';
import type { Call } from '../functions/definition.ts';
import { inRange } from './exact-arithmetic.ts';
import { rescale, roundHalfAway, unscaled } from './rounding.ts';

/** One value to another type; undefined where it has none of that type. The argument's and the result's offset are the call's. */
export type Converter = (value: Exclude<Value, null>, call: Call) => Value | undefined;

/** The converter of a cast; every pair that `canCast` allows has one. */
export function converter(from: DataType, to: DataType): Converter {
	switch (to.kind) {
		case 'string':
			if (from.kind === 'json') return jsonToText;
			return (value, call) => formatValue(from, value, from.kind === 'datetime' ? call.offset(0) : 0);
		case 'json':
			if (from.kind === 'string') return (value) => parseValue(to, value as string);
			return (value, call) => jsonOf(from, value, from.kind === 'datetime' ? call.offset(0) : 0);
	}
	switch (from.kind) {
		case 'string':
			return to.kind === 'datetime' ? textToDatetime : (value) => parseValue(to, value as string);
		case 'json':
			return jsonTo(to);
		case 'boolean':
			return (value) => numberTo(to, value === true ? 1 : 0);
		case 'date':
			return (value) => (value as number) * MS_PER_DAY;
		case 'datetime':
			return (value, call) => dayOf(value as number, call.offset(0));
		case 'float':
			return to.kind === 'decimal' ? (value) => numberTo(to, Number(formatFloat32(value as number))) : (value) => numberTo(to, value as number);
		case 'double':
			return (value) => numberTo(to, value as number);
		default:
			return (value) => exactTo(to, value as ExactInteger, from.kind === 'decimal' ? from.scale : 0);
	}
}

const textToDatetime: Converter = (value, call) => {
	const parsed = parseDatetime(value as string);
	if (parsed === undefined) return undefined;
	call.resultOffset = parsed.offset;
	return parsed.ms;
};

/** A double, or 0 and 1 for a boolean. */
function numberTo(to: DataType, value: number): Value | undefined {
	switch (to.kind) {
		case 'double':
			return value;
		case 'float': {
			const rounded = Math.fround(value);
			return Number.isFinite(value) && !Number.isFinite(rounded) ? undefined : rounded;
		}
		case 'boolean':
			return Number.isNaN(value) ? undefined : value !== 0;
		case 'decimal': {
			const digits = Number.isFinite(value) ? unscaled(value, to.scale) : null;
			return digits === null || !inRange(digits, to) ? undefined : toExact(digits);
		}
		default:
			return Number.isFinite(value) ? exactTo(to, wholeExact(roundHalfAway(value)), 0) : undefined;
	}
}

function wholeExact(value: number): ExactInteger {
	return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}

function exactTo(to: DataType, value: ExactInteger, scale: number): Value | undefined {
	switch (to.kind) {
		case 'boolean':
			// A bigint is past 2^53.
			return value !== 0;
		case 'double':
			return scale === 0 ? Number(value) : exactToDouble(value, scale);
		case 'float':
			return numberTo(to, scale === 0 ? Number(value) : exactToDouble(value, scale));
		case 'decimal': {
			const scaled = rescale(value, scale, to.scale);
			return inRange(BigInt(scaled), to) ? scaled : undefined;
		}
		case 'long': {
			const whole = rescale(value, scale, 0);
			return typeof whole === 'number' || inRange(whole, to) ? whole : undefined;
		}
		default: {
			const whole = rescale(value, scale, 0);
			return whole >= -2_147_483_648 && whole <= 2_147_483_647 ? whole : undefined;
		}
	}
}

/** The double nearest to a decimal: both sides of the division are exact up to 10^22, else the digits are read as text. */
export function exactToDouble(value: ExactInteger, scale: number): number {
	return typeof value === 'number' && scale <= 22 ? value / 10 ** scale : Number(formatDecimal(value, scale));
}

/** Texts without their quotes, JSON's null as null, everything else as its JSON. */
const jsonToText: Converter = (value) => {
	const json = value as string;
	if (json === 'null') return null;
	return json.charCodeAt(0) === 34 ? (JSON.parse(json) as string) : json;
};

function jsonTo(to: DataType): Converter {
	return (value, call) => {
		// Objects and arrays are no number or date; parsing them exactly would recurse into what may be deep.
		if (/^[[{]/.test(value as string)) return undefined;
		const json = parseJsonNumbers(value as string);
		if (to.kind === 'datetime' && typeof json === 'string') return textToDatetime(json, call);
		return fromJsonValue(to, json);
	};
}

/** A value as JSON text; long and decimal with all their digits, what JSON cannot say (NaN, infinities) as text. */
export function jsonOf(type: DataType, value: Exclude<Value, null>, offset: number): string {
	switch (type.kind) {
		case 'json':
			return value as string;
		case 'boolean':
		case 'integer':
		case 'long':
			return String(value);
		case 'decimal':
			return formatValue(type, value);
		case 'float':
		case 'double':
			return Number.isFinite(value) ? formatValue(type, value) : JSON.stringify(formatValue(type, value));
		default:
			return JSON.stringify(formatValue(type, value, offset));
	}
}
