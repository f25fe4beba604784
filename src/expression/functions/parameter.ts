import type { ExactInteger, TypeKind, Value } from '../../data/types.ts';

/**
 * One parameter of a function: which types it takes as they are (others may be widened to the first that fits), and what is
 * asked of a literal given for it. `T` is the value the implementation receives.
 */
export interface Parameter<out T = unknown> {
	readonly name: string;
	readonly kinds: readonly TypeKind[];
	/** All `same` parameters of a call are brought to one common type. */
	readonly same: boolean;
	/** `same` decimals keep their own precision and scale. */
	readonly mixedDecimals?: boolean;
	readonly optional: boolean;
	/** A regular expression: in a literal, `$` is only a variable before a known name. */
	readonly pattern: boolean;
	/** What is wrong with a literal text given here, or null. */
	readonly check: ((text: string) => string | null) | null;
	readonly receives?: T;
}

const NUMBERS: readonly TypeKind[] = ['integer', 'long', 'decimal', 'float', 'double'];

function parameter<T>(name: string, kinds: readonly TypeKind[]): Parameter<T> {
	return { name, kinds, same: false, optional: false, pattern: false, check: null };
}

export const text = (name: string): Parameter<string> => parameter(name, ['string']);
export const boolean = (name: string): Parameter<boolean> => parameter(name, ['boolean']);
/** A whole number: a position, a count. */
export const whole = (name: string): Parameter<ExactInteger> => parameter(name, ['integer', 'long']);
export const integer = (name: string): Parameter<number> => parameter(name, ['integer']);
export const long = (name: string): Parameter<ExactInteger> => parameter(name, ['long']);
export const double = (name: string): Parameter<number> => parameter(name, ['double']);
export const float = (name: string): Parameter<number> => parameter(name, ['float']);
export const decimal = (name: string): Parameter<ExactInteger> => parameter(name, ['decimal']);
/** Any number, as it is. */
export const number = (name: string): Parameter<ExactInteger> => parameter(name, NUMBERS);
/** Days since the epoch. */
export const date = (name: string): Parameter<number> => parameter(name, ['date']);
/** Milliseconds since the epoch; its offset is `call.offset(index)`. */
export const datetime = (name: string): Parameter<number> => parameter(name, ['datetime']);
/** JSON text: of a json value, or a text that is parsed as JSON. */
export const jsonText = (name: string): Parameter<string> => parameter(name, ['json', 'string']);
export const json = (name: string): Parameter<string> => parameter(name, ['json']);
export const bytes = (name: string): Parameter<Uint8Array> => parameter(name, ['binary']);
export const textOrBytes = (name: string): Parameter<string | Uint8Array> => parameter(name, ['string', 'binary']);

/** A value of any type that has a text of its own: all but binary. */
export const scalar = (name: string): Parameter<Exclude<Value, null>> =>
	parameter(name, ['string', 'integer', 'long', 'decimal', 'float', 'double', 'boolean', 'datetime', 'date', 'json']);
export const anything = (name: string): Parameter<Exclude<Value, null>> =>
	parameter(name, ['string', 'integer', 'long', 'decimal', 'float', 'double', 'boolean', 'datetime', 'date', 'json', 'binary']);
/** Of the same type as every other such argument, of a type that has an order. */
export const same = (name: string): Parameter<Exclude<Value, null>> => ({
	...parameter(name, ['string', 'integer', 'long', 'decimal', 'float', 'double', 'boolean', 'datetime', 'date', 'binary']),
	same: true,
});

export function optional<T>(of: Parameter<T>): Parameter<T | undefined> {
	return { ...of, optional: true } as Parameter<T | undefined>;
}

/** For implementations that are called with nulls too. */
export function nullable<T>(of: Parameter<T>): Parameter<T | null> {
	return of as Parameter<T | null>;
}

export function checked<T>(of: Parameter<T>, check: (text: string) => string | null): Parameter<T> {
	return { ...of, check };
}

export function pattern(of: Parameter<string>): Parameter<string> {
	return { ...of, pattern: true };
}

/** What an implementation receives for a list of parameters. */
export type Received<P extends readonly Parameter[]> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };
