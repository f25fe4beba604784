import type { DataType, TypeKind } from './types.ts';

const SIMPLE: ReadonlySet<string> = new Set<Exclude<TypeKind, 'decimal'>>([
	'string',
	'integer',
	'long',
	'float',
	'double',
	'boolean',
	'datetime',
	'date',
	'binary',
	'json',
]);

const DECIMAL = /^decimal\s*\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)$/;

/** Reads a type as people write it, in any case: `long`, `decimal(12,2)`. Null where it is none, or precision and scale are out of range. */
export function parseTypeName(text: string): DataType | null {
	const name = text.trim().toLowerCase();
	if (SIMPLE.has(name)) return { kind: name as Exclude<TypeKind, 'decimal'> };
	const decimal = DECIMAL.exec(name);
	if (decimal === null) return null;
	const precision = Number(decimal[1]);
	const scale = Number(decimal[2]);
	return precision >= 1 && precision <= 38 && scale <= precision ? { kind: 'decimal', precision, scale } : null;
}

/** The one spelling of a type: what `parseTypeName` reads. */
export function typeName(type: DataType): string {
	return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

export function sameType(a: DataType, b: DataType): boolean {
	if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision === b.precision && a.scale === b.scale;
	return a.kind === b.kind;
}
