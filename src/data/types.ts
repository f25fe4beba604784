/**
 * The types a column can have. Plain JSON, because plans and schemas are stored.
 *
 * A value of each, wherever one is handled alone (`Value`):
 * string → string · integer (32 bit) → number · long (64 bit) and decimal(p,s) → `ExactInteger`, a decimal as its unscaled
 * integer (12.30 at scale 2 is 1230) · float, double → number · boolean → boolean · date → days since 1970-01-01 ·
 * datetime → milliseconds since the epoch, with a fraction for microseconds · binary → bytes ·
 * json → compact JSON *text*, so that long numbers inside keep every digit.
 */
export type DataType =
	| { readonly kind: 'string' | 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'datetime' | 'date' | 'binary' | 'json' }
	| DecimalType;

/** precision 1–38 digits in all, scale 0–precision of them behind the point. */
export interface DecimalType {
	readonly kind: 'decimal';
	readonly precision: number;
	readonly scale: number;
}

export type TypeKind = DataType['kind'];

/** A number while it is a safe integer, a bigint past 2^53: one spelling for each value, so `===` and Map keys work. */
export type ExactInteger = number | bigint;

export type Value = null | string | number | bigint | boolean | Uint8Array;

export interface Field {
	readonly name: string;
	readonly type: DataType;
}

/** Column order matters; names are unique and case-sensitive. */
export type Schema = readonly Field[];
