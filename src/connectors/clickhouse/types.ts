import { fromBase64 } from '../../data/base64.ts';
import { parseDatetime, parseValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';

/** The type a column is made with. JSON is kept as its text: the type JSON would change numbers and the order of keys. */
export function declaredType(type: DataType): string {
	switch (type.kind) {
		case 'string':
		case 'json':
		case 'binary':
			return 'Nullable(String)';
		case 'integer':
			return 'Nullable(Int32)';
		case 'long':
			return 'Nullable(Int64)';
		case 'float':
			return 'Nullable(Float32)';
		case 'double':
			return 'Nullable(Float64)';
		case 'decimal':
			return `Nullable(Decimal(${type.precision}, ${type.scale}))`;
		case 'boolean':
			return 'Nullable(Bool)';
		case 'datetime':
			return "Nullable(DateTime64(6, 'UTC'))";
		case 'date':
			return 'Nullable(Date32)';
	}
}

const INTEGERS: ReadonlyMap<string, DataType> = new Map<string, DataType>([
	['Int8', { kind: 'integer' }],
	['Int16', { kind: 'integer' }],
	['Int32', { kind: 'integer' }],
	['UInt8', { kind: 'integer' }],
	['UInt16', { kind: 'integer' }],
	['UInt32', { kind: 'long' }],
	['Int64', { kind: 'long' }],
	['UInt64', { kind: 'decimal', precision: 20, scale: 0 }],
]);

/** What a column is read as; types without an equal here (arrays, maps, tuples, IP addresses, UUIDs …) as the text ClickHouse prints. */
export function typeOfNative(native: string): DataType {
	const name = plainType(native);
	const integer = INTEGERS.get(name);
	if (integer !== undefined) return integer;
	const decimal = /^Decimal\((\d+), (\d+)\)$/.exec(name);
	if (decimal !== null && Number(decimal[1]) <= 38) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
	if (name === 'Bool') return { kind: 'boolean' };
	if (name === 'Float32') return { kind: 'float' };
	if (name === 'Float64') return { kind: 'double' };
	if (name === 'Date' || name === 'Date32') return { kind: 'date' };
	if (/^DateTime(?:64)?(?:\(|$)/.test(name)) return { kind: 'datetime' };
	if (/^JSON(?:\(|$)/.test(name)) return { kind: 'json' };
	return { kind: 'string' };
}

/** Without `Nullable` and `LowCardinality`. */
export function plainType(native: string): string {
	const wrapped = /^(?:Nullable|LowCardinality)\((.*)\)$/s.exec(native);
	return wrapped === null ? native : plainType(wrapped[1] ?? '');
}

/** What values of a column may be, where ClickHouse would silently wrap or cut others. Dates in days, datetimes in milliseconds. */
export function boundsOf(native: string): readonly [number, number] | null {
	const name = plainType(native);
	const integer = /^(U?)Int(8|16|32)$/.exec(name);
	if (integer !== null) {
		const size = 2 ** Number(integer[2]);
		return integer[1] === 'U' ? [0, size - 1] : [-size / 2, size / 2 - 1];
	}
	if (name === 'UInt64') return [0, Number.POSITIVE_INFINITY];
	if (name === 'Date') return [0, 65_535];
	if (name === 'Date32') return [-25_567, 120_529];
	if (/^DateTime64\(9/.test(name)) return [-2_208_988_800_000, 9_223_372_036_854];
	if (name.startsWith('DateTime64')) return [-2_208_988_800_000, 10_413_791_999_999];
	return name.startsWith('DateTime') ? [0, 4_294_967_295_000] : null;
}

/** A column as it must be selected so that its text can be read as a type. */
export function selectable(column: string, type: DataType, native: string): string {
	if (type.kind === 'binary') return `base64Encode(${column})`;
	const text = type.kind === 'string' || type.kind === 'json';
	return text && !/^(?:String|FixedString|Enum)/.test(plainType(native)) ? `toString(${column})` : column;
}

/** A cell of JSONCompactEachRow with quoted 64-bit integers and decimals, and ISO datetimes; undefined where it is none of the type. */
export function readClickhouseCell(type: DataType, cell: Json): Value | undefined {
	if (cell === null) return null;
	if (type.kind === 'boolean' && typeof cell === 'boolean') return cell;
	const text = typeof cell === 'string' ? cell : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
	switch (type.kind) {
		case 'datetime':
			return parseDatetime(text.replace(/(\.\d{6})\d*0*(?=Z?$)/, '$1'))?.ms;
		case 'binary':
			return fromBase64(text);
		case 'double':
		case 'float':
			return parseValue(type, text === 'inf' ? 'Infinity' : text === '-inf' ? '-Infinity' : text === 'nan' ? 'NaN' : text);
		default:
			return parseValue(type, text);
	}
}
