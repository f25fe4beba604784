import { vectorBuilder } from '../../builder.ts';
import { isDatetime, withMicroseconds } from '../../calendar.ts';
import { formatIsoDatetime } from '../../datetime.ts';
import { formatDecimal, toExact } from '../../exact.ts';
import { compactJson } from '../../json-text.ts';
import type { Value } from '../../types.ts';
import { booleanVector, float64Vector, int32Vector, safeIntVector, type Vector } from '../../vector.ts';
import { int64At, int64s } from './int64.ts';
import type { Leaf } from './leaf.ts';
import { LeafTexts } from './leaf-texts.ts';

/** Values of a page or dictionary, none null. `invalid[i] === 1`: one that our type cannot hold. */
export interface LeafValues {
	readonly vector: Vector;
	readonly invalid: Uint8Array | null;
}

/** Reads the values of physical types of fixed width: `bytes` is as PLAIN has them. */
export function fixedValues(leaf: Leaf, bytes: Uint8Array, count: number): LeafValues {
	const needed = leaf.physical === 'BOOLEAN' ? (count + 7) >> 3 : count * fixedWidth(leaf);
	if (bytes.length < needed) throw new RangeError(`a page has ${bytes.length} bytes where ${needed} are needed`);
	const { kind } = leaf.meaning;
	const copy = () => bytes.slice(0, needed).buffer;
	switch (leaf.physical) {
		case 'BOOLEAN':
			return valid(
				booleanVector(
					leaf.type,
					Uint8Array.from({ length: count }, (_, i) => ((bytes[i >> 3] as number) >> (i & 7)) & 1),
					null,
				),
			);
		case 'FLOAT':
			return valid(float64Vector(leaf.type, Float64Array.from(new Float32Array(copy())), null));
		case 'DOUBLE':
			return valid(float64Vector(leaf.type, new Float64Array(copy()), null));
		case 'INT32': {
			const values = new Int32Array(copy());
			if (kind === 'unsigned') return valid(safeIntVector(leaf.type, Float64Array.from(new Uint32Array(values.buffer)), null));
			if (leaf.type.kind === 'integer' || leaf.type.kind === 'date') return valid(int32Vector(leaf.type, values, null));
			if (leaf.type.kind === 'decimal' && kind === 'decimal') return valid(safeIntVector(leaf.type, Float64Array.from(values), null));
			return converted(leaf, count, (i) => values[i] as number);
		}
		case 'INT64': {
			if ((leaf.type.kind === 'long' && kind === 'plain') || (leaf.type.kind === 'decimal' && kind === 'decimal'))
				return valid(int64s(leaf.type, bytes, count));
			if (leaf.meaning.kind === 'datetime' && leaf.type.kind === 'datetime') {
				const moments = wholeMoments(leaf, bytes, count, leaf.meaning.perSecond);
				if (moments !== null) return valid(moments);
			}
			const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			return converted(leaf, count, kind === 'unsigned' ? (i) => toExact(view.getBigUint64(i * 8, true)) : (i) => int64At(view, i * 8));
		}
		case 'INT96': {
			const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			// Nanoseconds of the day, then the Julian day; 2440588 is 1970-01-01.
			return converted(leaf, count, (i) => BigInt(view.getInt32(i * 12 + 8, true) - 2_440_588) * 86_400_000_000_000n + view.getBigInt64(i * 12, true));
		}
		default:
			return bytesValues(
				leaf,
				Array.from({ length: count }, (_, i) => bytes.subarray(i * leaf.width, (i + 1) * leaf.width)),
			);
	}
}

export function fixedWidth(leaf: Leaf): number {
	switch (leaf.physical) {
		case 'INT32':
		case 'FLOAT':
			return 4;
		case 'INT96':
			return 12;
		case 'FIXED_LEN_BYTE_ARRAY':
			return leaf.width;
		default:
			return 8;
	}
}

/** Datetimes of whole milliseconds in a loop without calls; null where there is any other. */
function wholeMoments({ type }: Leaf, bytes: Uint8Array, count: number, perSecond: number): Vector | null {
	const units = int64s(type, bytes, count);
	if (units.layout !== 'safeint') return null;
	const { values } = units;
	const per = perSecond / 1000;
	for (let i = 0; i < count; i++) {
		const ms = (values[i] as number) / per;
		if (!Number.isInteger(ms) || !isDatetime(ms)) return null;
		values[i] = ms;
	}
	return float64Vector(type, values, null);
}

/** Reads byte arrays. */
export function bytesValues(leaf: Leaf, values: readonly Uint8Array[], texts = new LeafTexts()): LeafValues {
	return built(leaf, values.length, (i) => fromBytes(leaf, values[i] as Uint8Array, texts));
}

function valid(vector: Vector): LeafValues {
	return { vector, invalid: null };
}

function converted(leaf: Leaf, count: number, value: (index: number) => number | bigint): LeafValues {
	return built(leaf, count, (i) => fromInteger(leaf, value(i)));
}

function built(leaf: Leaf, count: number, value: (index: number) => Value | undefined): LeafValues {
	const builder = vectorBuilder(leaf.type, count);
	let invalid: Uint8Array | null = null;
	for (let i = 0; i < count; i++) {
		const next = value(i);
		if (next === undefined) {
			invalid ??= new Uint8Array(count);
			invalid[i] = 1;
		}
		builder.push(next ?? null);
	}
	return { vector: builder.finish(), invalid };
}

function fromInteger({ type, meaning }: Leaf, value: number | bigint): Value | undefined {
	if (meaning.kind === 'datetime') return type.kind === 'string' ? nanosecondText(BigInt(value)) : datetime(value, meaning.perSecond);
	if (meaning.kind === 'time') return timeOfDay(value, meaning.perSecond);
	if (meaning.kind === 'decimal' && type.kind === 'string') return formatDecimal(value, 0);
	return value;
}

/** Undefined past the years 0001–9999, and for what is finer than a microsecond: rounding would change it unseen. */
export function datetime(value: number | bigint, perSecond: number): number | undefined {
	const unit = BigInt(perSecond / 1000);
	let ms: number;
	let rest: number;
	if (typeof value === 'number' && perSecond <= 1e6) {
		const per = perSecond / 1000;
		ms = Math.floor(value / per);
		rest = (value - ms * per) * (1e6 / perSecond);
	} else {
		const exact = BigInt(value);
		const whole = (exact - (((exact % unit) + unit) % unit)) / unit;
		ms = Number(whole);
		rest = Number(exact - whole * unit) * (1e6 / perSecond);
	}
	if (!Number.isInteger(rest)) return undefined;
	const moment = withMicroseconds(ms, rest);
	return moment !== undefined && isDatetime(moment) ? moment : undefined;
}

/** ISO 8601 with nine digits behind the second; undefined past the years 0001–9999. */
function nanosecondText(value: bigint): string | undefined {
	const rest = ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
	const ms = Number((value - rest) / 1_000_000n);
	return isDatetime(ms) ? formatIsoDatetime(ms).replace('Z', `.${String(rest).padStart(9, '0')}Z`) : undefined;
}

function timeOfDay(value: number | bigint, perSecond: number): string | undefined {
	const total = BigInt(value);
	const unit = BigInt(perSecond);
	const seconds = Number(total / unit);
	if (total < 0n || seconds >= 86_400) return undefined;
	const digits = Math.log10(perSecond);
	const fraction = String(total % unit)
		.padStart(digits, '0')
		.replace(/0+$/, '');
	const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
	return fraction === '' ? clock : `${clock}.${fraction}`;
}

function fromBytes({ type, meaning }: Leaf, bytes: Uint8Array, texts: LeafTexts): Value | undefined {
	switch (meaning.kind) {
		case 'text': {
			const text = texts.read(bytes);
			return type.kind === 'json' && text !== undefined ? compactJson(text) : text;
		}
		case 'decimal': {
			const unscaled = bigEndian(bytes);
			return type.kind === 'string' ? String(unscaled) : toExact(unscaled);
		}
		case 'uuid':
			return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
		case 'float16':
			return float16(bytes);
		case 'interval': {
			const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			return `P${view.getUint32(0, true)}M${view.getUint32(4, true)}DT${view.getUint32(8, true) / 1000}S`;
		}
		default:
			return bytes.slice();
	}
}

/** Two's complement, highest byte first. */
function bigEndian(bytes: Uint8Array): bigint {
	if (bytes.length === 0) return 0n;
	return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex(bytes)}`));
}

function hex(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

function float16(bytes: Uint8Array): number {
	const bits = (bytes[0] as number) | ((bytes[1] as number) << 8);
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 31;
	const fraction = bits & 1023;
	if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
	return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
