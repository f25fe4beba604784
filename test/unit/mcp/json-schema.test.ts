import { expect, test } from 'vitest';
import * as z from 'zod';
import { outline, portableSchema } from '../../../src/mcp/json-schema.ts';

test('an input says its arguments, which are required, and that others are refused', () => {
	const schema = z.strictObject({ id: z.int().min(1).describe('Which.'), limit: z.int().max(50).default(20).describe('How many.') });
	expect(portableSchema(schema, 'input')).toEqual({
		type: 'object',
		properties: { id: { type: 'integer', minimum: 1, description: 'Which.' }, limit: { type: 'integer', maximum: 50, default: 20, description: 'How many.' } },
		required: ['id'],
		additionalProperties: false,
	});
});

test('an input that may be null is published without null', () => {
	const schema = z.strictObject({ name: z.string().nullable().optional(), either: z.union([z.string(), z.number(), z.null()]) });
	expect(portableSchema(schema, 'input').properties).toEqual({ name: { type: 'string' }, either: { anyOf: [{ type: 'string' }, { type: 'number' }] } });
});

test('constants become enums, and dates keep their format without its pattern', () => {
	const schema = z.strictObject({ kind: z.literal('a'), at: z.iso.datetime() });
	expect(portableSchema(schema, 'input').properties).toEqual({ kind: { type: 'string', enum: ['a'] }, at: { type: 'string', format: 'date-time' } });
});

test('a map is an object without rules for its keys', () => {
	expect(portableSchema(z.strictObject({ map: z.record(z.string(), z.unknown()) }), 'input').properties).toEqual({ map: { type: 'object' } });
});

test('an outline keeps the kind and the description alone', () => {
	const edge = z.strictObject({ from: z.string().describe('Where from.') });
	const schema = z.strictObject({ edges: z.array(edge).meta(outline).describe('Each {from}.') });
	expect(portableSchema(schema, 'input').properties).toEqual({ edges: { type: 'array', items: { type: 'object' }, description: 'Each {from}.' } });
});

test('an output shows two levels, claims no kind where null is possible, and stays open', () => {
	const schema = z.object({
		status: z.enum(['ok', 'failed']),
		rows: z.array(z.object({ id: z.int(), note: z.string().nullable(), inner: z.object({ deep: z.string() }), state: z.enum(['a', 'b']) })),
	});
	expect(portableSchema(schema, 'output')).toEqual({
		type: 'object',
		properties: {
			status: { type: 'string', enum: ['ok', 'failed'] },
			rows: {
				type: 'array',
				items: { type: 'object', properties: { id: { type: 'integer' }, note: {}, inner: { type: 'object' }, state: { type: 'string' } } },
			},
		},
	});
});
