import type * as z from 'zod';

/** Values longer than this are cut where they are quoted back. */
const QUOTED = 60;

/** A value as it stands in a sentence: JSON, cut. */
export function quote(value: unknown): string {
	let text: string;
	try {
		text = JSON.stringify(value) ?? String(value);
	} catch {
		text = typeof value;
	}
	return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}

/** `columns[0].alias`; keys that are no plain words stand in brackets: `variables["a b"]`. */
export function pathText(path: readonly PropertyKey[]): string {
	return path.reduce<string>((text, key) => {
		if (typeof key === 'number') return `${text}[${key}]`;
		const word = String(key);
		if (!/^[\w$-]+$/.test(word)) return `${text}[${JSON.stringify(word)}]`;
		return text === '' ? word : `${text}.${word}`;
	}, '');
}

/** A path below another: `components[0].select_component` and `columns[1]`. Either may be empty. */
export function joinPath(path: string, inner: string): string {
	if (inner === '') return path;
	if (path === '') return inner;
	return inner.startsWith('[') ? `${path}${inner}` : `${path}.${inner}`;
}

export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	let value: unknown = input;
	for (const key of path) {
		if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
		value = (value as Record<PropertyKey, unknown>)[key];
	}
	return value;
}

export function expectedKind(expected: string): string {
	if (expected === 'record') return 'object';
	if (expected === 'int') return 'whole number';
	if (expected === 'string') return 'text';
	if (expected === 'array') return 'list';
	return expected === 'boolean' ? 'true or false' : expected;
}

export function article(kind: string): string {
	if (kind === 'text' || kind === 'true or false' || kind === 'null') return kind;
	return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** The schemas that a value at `path` may have to fit: several where a union is passed on the way. Wrappers are opened unless kept. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[], open = true): z.core.$ZodType[] {
	let candidates: z.core.$ZodType[] = [schema];
	for (const key of path) candidates = candidates.flatMap(unwrapped).flatMap((candidate) => child(candidate, key));
	return open ? candidates.flatMap(unwrapped) : candidates;
}

/** Keys of all object schemas among the candidates. */
export function keysOf(schemas: readonly z.core.$ZodType[]): string[] {
	return [...new Set(schemas.flatMap((schema) => ('shape' in schema ? Object.keys(schema.shape as object) : [])))];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType[] {
	const def = (schema as z.core.$ZodTypes)._zod.def;
	switch (def.type) {
		case 'optional':
		case 'default':
		case 'prefault':
		case 'nullable':
		case 'readonly':
		case 'nonoptional':
			return unwrapped(def.innerType);
		case 'pipe':
			return unwrapped(def.in);
		case 'lazy':
			return unwrapped(def.getter());
		case 'union':
			return def.options.flatMap(unwrapped);
		default:
			return [schema];
	}
}

function child(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
	const def = (schema as z.core.$ZodTypes)._zod.def;
	if (def.type === 'object') {
		const member = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
		return member === undefined ? [] : [member];
	}
	if (def.type === 'array') return [def.element];
	if (def.type === 'record') return [def.valueType];
	return [];
}
