import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseShape } from '../../../src/plan/shape.ts';

const schema = z.strictObject({
	limit: z.int().min(1).max(10).describe('Rows to keep.'),
	direction: z.enum(['asc', 'desc']).default('asc'),
	keys: z
		.array(z.strictObject({ field: z.string().min(1), nulls: z.string().optional() }))
		.max(2)
		.optional(),
	value: z.union([z.number(), z.strictObject({ expression: z.string() })]).optional(),
	names: z.record(z.string().regex(/^[a-z]+$/, { error: 'lower case letters' }), z.string()).optional(),
});

function faults(value: unknown) {
	const parsed = parseShape(schema, value);
	return 'faults' in parsed ? parsed.faults.map(({ path, message, hint }) => [path, message, hint]) : parsed.value;
}

describe('a value that does not fit', () => {
	test('is told with its path, itself and what is valid', () => {
		expect(faults({ limit: 11, direction: 'desk' })).toEqual([
			['limit', 'limit is 11', 'it must be at most 10'],
			['direction', 'direction is "desk"', 'valid: asc, desc; did you mean desc?'],
		]);
	});

	test('is told when it is missing, with what the field is for', () => {
		expect(faults({})).toEqual([['limit', 'limit is missing', 'required: a number. Rows to keep.']]);
	});

	test('of the wrong kind is told with the right one', () => {
		expect(faults({ limit: '5', keys: {}, names: { a: 1 } })).toEqual([
			['limit', 'limit is "5"', 'it must be a number. Rows to keep.'],
			['keys', 'keys is {}', 'it must be a list'],
			['names.a', 'names.a is 1', 'it must be text'],
		]);
	});

	test('under a key that is no name is told what a name is', () => {
		expect(faults({ limit: 1, names: { 'A-b': 'x' } })).toEqual([['names.A-b', '"A-b" is not valid here', 'lower case letters']]);
	});

	test('with an unknown key is told the nearest one, at any depth', () => {
		expect(faults({ limit: 1, keys: [{ feld: 'a', field: 'a' }], drection: 'asc' })).toEqual([
			['keys[0].feld', '"feld" is not a known key', 'did you mean field? Valid keys of keys[0]: field, nulls'],
			['drection', '"drection" is not a known key', 'did you mean direction? Valid keys: limit, direction, keys, value, names'],
		]);
	});

	test('inside a union is told by the branch that was meant', () => {
		expect(faults({ limit: 1, value: { expresion: 'x' } })).toEqual([
			['value.expression', 'value.expression is missing', 'required: text'],
			['value.expresion', '"expresion" is not a known key', 'did you mean expression? Valid keys of value: expression'],
		]);
		expect(faults({ limit: 1, value: 'x' })).toEqual([['value', 'value is "x"', 'it must be a number or an object']]);
	});

	test('that is too long is told by its length', () => {
		expect(faults({ limit: 1, keys: [{ field: 'a' }, { field: 'b' }, { field: 'c' }] })).toEqual([
			['keys', 'keys has 3 items', 'its number of items must be at most 2'],
		]);
		expect(faults({ limit: 1, keys: [{ field: '' }] })).toEqual([['keys[0].field', 'keys[0].field is empty', 'its length must be at least 1']]);
	});

	test('is cut where it is quoted', () => {
		expect(faults({ limit: 'x'.repeat(1000) })).toEqual([['limit', `limit is "${'x'.repeat(59)}…`, 'it must be a number. Rows to keep.']]);
	});
});

test('a value that fits comes back with its defaults', () => {
	expect(faults({ limit: 1 })).toEqual({ limit: 1, direction: 'asc' });
});
