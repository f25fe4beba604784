import fc from 'fast-check';
import { typeName } from '../../../src/data/type-names.ts';
import type { DataType, Field, Schema, TypeKind } from '../../../src/data/types.ts';

/** Where random decisions come from: fast-check's, so that a failing package is found again by its seed and made smaller. */
export interface Choices {
	pick<T>(from: readonly T[]): T;
	/** Some of them, at least `min`, in their order. */
	some<T>(from: readonly T[], min?: number, max?: number): T[];
	int(min: number, max: number): number;
	yes(oneIn?: number): boolean;
}

export function choicesOf(value: fc.GeneratorValue): Choices {
	const int = (min: number, max: number): number => value(fc.integer, { min, max });
	return {
		int,
		pick: (from) => from[int(0, from.length - 1)] as (typeof from)[number],
		some: (from, min = 1, max = from.length) =>
			value(fc.shuffledSubarray, [...from], { minLength: Math.min(min, from.length), maxLength: Math.min(max, from.length) }),
		yes: (oneIn = 2) => int(1, oneIn) === 1,
	};
}

/** A node of the package: its id, its columns and the same in DuckDB's SQL, which may name the nodes before it. */
export interface MadeNode {
	readonly id: string;
	/** Where its rows come out: a component's port. */
	readonly from: { readonly source: string; readonly source_port: string };
	readonly schema: Schema;
	readonly sql: string;
	/** No more rows than this. */
	readonly most: number;
}

/** A component put behind nodes: what the package says, and what DuckDB is asked. */
export interface Step {
	readonly type: string;
	readonly config: Readonly<Record<string, unknown>>;
	readonly inputs: readonly { readonly node: MadeNode }[];
	/** Given the columns that the package says come out. */
	sql(output: Schema): string;
	/** What comes out of the port `rejected`. */
	readonly rejected?: string;
	readonly most: number;
}

export type MakeStep = (choices: Choices, nodes: readonly MadeNode[], number: number) => Step | null;

export const quoted = (name: string) => `"${name}"`;
export const ofKind = (schema: Schema, ...kinds: TypeKind[]): Field[] => schema.filter(({ type }) => kinds.includes(type.kind));
export const sameTypes = (a: DataType, b: DataType) => typeName(a) === typeName(b);
export const ORDERED: readonly TypeKind[] = ['string', 'integer', 'long', 'double', 'decimal', 'boolean', 'date', 'datetime'];
export const NUMERIC: readonly TypeKind[] = ['integer', 'long', 'double', 'decimal'];

export interface RandomKey {
	readonly field: string;
	readonly direction: 'asc' | 'desc';
	readonly nulls: 'first' | 'last';
}

/** Keys over all columns, in random order and directions: rows that are equal by them are equal altogether. */
export function totalOrder(choices: Choices, schema: Schema): RandomKey[] {
	return choices.some(schema, schema.length).map(({ name }) => randomKey(choices, name));
}

export const randomKey = (choices: Choices, field: string): RandomKey => ({
	field,
	direction: choices.pick(['asc', 'desc']),
	nulls: choices.pick(['first', 'last']),
});

/** JSON has no order in a package; nothing with such a column is put in order. */
export const hasOrder = (schema: Schema) => schema.every(({ type }) => ORDERED.includes(type.kind));

export function orderBy(keys: readonly RandomKey[]): string {
	return keys.length === 0 ? '' : `ORDER BY ${keys.map(({ field, direction, nulls }) => `${quoted(field)} ${direction} NULLS ${nulls}`).join(', ')}`;
}

export const partitionBy = (names: readonly string[]) => (names.length === 0 ? '' : `PARTITION BY ${names.map(quoted).join(', ')}`);
