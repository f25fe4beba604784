import * as z from 'zod';
import { nearest } from '../lib/nearest.ts';
import type { FaultCode } from './fault.ts';
import { article, expectedKind, keysOf, pathText, quote, schemaAt, valueAt } from './shape-words.ts';

/** Why a value does not fit its zod schema, one entry a slip; `path` is below the value (`columns[0].alias`, or empty). */
export interface ShapeFault {
	readonly code: FaultCode;
	readonly path: string;
	readonly keys: readonly PropertyKey[];
	readonly message: string;
	readonly hint: string;
}

/** Parses, or says everything that is wrong: the path, the value, what is valid, and the nearest known key or word. */
export function parseShape<Schema extends z.ZodType>(
	schema: Schema,
	value: unknown,
): { readonly value: z.output<Schema> } | { readonly faults: readonly ShapeFault[] } {
	const parsed = schema.safeParse(value);
	if (parsed.success) return { value: parsed.data };
	return { faults: parsed.error.issues.flatMap((issue) => tell(issue, schema, value, [])) };
}

function tell(issue: z.core.$ZodIssue, schema: z.core.$ZodType, input: unknown, prefix: readonly PropertyKey[]): ShapeFault[] {
	const keys = [...prefix, ...issue.path];
	const value = valueAt(input, keys);
	if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, keys, schema));
	if (issue.code === 'invalid_union') return tellUnion(issue, schema, input, keys);
	const name = pathText(keys) || 'it';
	const told = (message: string, hint: string): ShapeFault[] => [{ code: 'shape', path: pathText(keys), keys, message, hint }];
	if (value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
		return told(`${name} is missing`, `${requirement(issue)}${description(schema, keys)}`);
	}
	const is = `${name} is ${quote(value)}`;
	switch (issue.code) {
		case 'invalid_type':
			return told(is, `it must be ${article(expectedKind(issue.expected))}${description(schema, keys)}`);
		case 'invalid_value': {
			const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
			return told(is, `valid: ${issue.values.map(String).join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`);
		}
		case 'too_small':
			return told(tooLong(issue.origin, name, is, value), `${measured(issue.origin)} ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`);
		case 'too_big':
			return told(tooLong(issue.origin, name, is, value), `${measured(issue.origin)} ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`);
		case 'invalid_key':
			return told(`${quote(String(keys.at(-1)))} is not valid here`, issue.issues[0]?.message ?? issue.message);
		default:
			return told(is, issue.message);
	}
}

/** The branch that was meant is the one whose outer type fits (or whose discriminator does); without one, all branches are named. */
function tellUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType, input: unknown, keys: readonly PropertyKey[]): ShapeFault[] {
	const value = valueAt(input, keys);
	const fitting = issue.errors.filter(
		(branch) => !branch.some((inner) => inner.path.length === 0 && (inner.code === 'invalid_type' || inner.code === 'invalid_value')),
	);
	const meant = fitting.sort((a, b) => a.length - b.length)[0];
	if (meant !== undefined) return meant.flatMap((inner) => tell(inner, schema, input, keys));
	const name = pathText(keys) || 'it';
	const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
	const kinds = issue.errors.flatMap((branch) => branch.flatMap((inner) => (inner.path.length > 0 ? [] : branchWords(inner))));
	const valid = options.length > 0 ? `valid: ${options.join(', ')}` : `it must be ${[...new Set(kinds)].join(' or ')}`;
	const message = value === undefined ? `${name} is missing` : `${name} is ${quote(value)}`;
	return [{ code: 'shape', path: pathText(keys), keys, message, hint: `${valid}${description(schema, keys)}` }];
}

function branchWords(issue: z.core.$ZodIssue): string[] {
	if (issue.code === 'invalid_type') return [article(expectedKind(issue.expected))];
	if (issue.code === 'invalid_value') return [`one of ${issue.values.map(String).join(', ')}`];
	return [];
}

function unknownKey(key: string, at: readonly PropertyKey[], schema: z.core.$ZodType): ShapeFault {
	const known = keysOf(schemaAt(schema, at));
	const near = nearest(key, known);
	const keys = [...at, key];
	const where = at.length === 0 ? '' : ` of ${pathText(at)}`;
	const hint = near === undefined ? `valid keys${where}: ${known.join(', ')}` : `did you mean ${near}? Valid keys${where}: ${known.join(', ')}`;
	return { code: 'unknown_key', path: pathText(keys), keys, message: `${quote(key)} is not a known key`, hint };
}

function requirement(issue: z.core.$ZodIssue): string {
	if (issue.code === 'invalid_type') return `required: ${article(expectedKind(issue.expected))}`;
	if (issue.code === 'invalid_value') return `required, one of ${issue.values.map(String).join(', ')}`;
	return 'required';
}

/** What the schema itself says about the place, as a sentence behind the hint. */
function description(schema: z.core.$ZodType, keys: readonly PropertyKey[]): string {
	for (const candidate of schemaAt(schema, keys, false)) {
		const text = z.globalRegistry.get(candidate)?.description;
		if (typeof text === 'string') return `. ${text}`;
	}
	return '';
}

function measured(origin: string): string {
	if (origin === 'string') return 'its length must be';
	if (origin === 'array' || origin === 'set') return 'its number of items must be';
	return 'it must be';
}

/** A list or text of the wrong length is told by its length, not printed. */
function tooLong(origin: string, name: string, is: string, value: unknown): string {
	if (origin === 'array' && Array.isArray(value)) return `${name} has ${value.length === 1 ? '1 item' : `${value.length} items`}`;
	if (origin === 'string' && typeof value === 'string') return value === '' ? `${name} is empty` : `${name} has ${value.length} characters`;
	return is;
}
