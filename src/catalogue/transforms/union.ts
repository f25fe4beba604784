import * as z from 'zod';
import { sameType, typeName } from '../../data/type-names.ts';
import type { Field, Schema } from '../../data/types.ts';
import { defineComponent, type LowerContext } from '../component.ts';

const config = z.strictObject({
	by: z
		.enum(['name', 'position'])
		.default('name')
		.describe('`name`: columns of the same name go together, missing ones are null. `position`: the first with the first; names are those of the first input.'),
});

export const union = defineComponent({
	key: 'union_component',
	category: 'transformation',
	name: 'Union',
	summary: 'Puts the rows of several inputs one after another; equal rows are kept.',
	docs: 'Inputs are taken in the order of their edges. Columns that go together must have the same type: cast them in a select first. For rows without doubles put a distinct behind it.',
	config,
	inputs: { min: 2, max: 100, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const output = config.by === 'name' ? byName(context) : byPosition(context);
		if (output === null) return null;
		const inputs = context.inputs.map((schema) => {
			const names = new Set(schema.map((field) => field.name));
			return output.map(({ name }, i) => (config.by === 'position' ? (schema[i]?.name ?? null) : names.has(name) ? name : null));
		});
		return { operator: { kind: 'union', inputs }, output };
	},
	examples: [
		{
			title: 'By name: a missing column is null',
			config: {},
			given: [
				{ schema: { id: 'integer', name: 'string' }, rows: [[1, 'Ana']] },
				{ schema: { name: 'string', city: 'string' }, rows: [['Bo', 'Oslo']] },
			],
			then: {
				out: {
					schema: { id: 'integer', name: 'string', city: 'string' },
					rows: [
						[1, 'Ana', null],
						[null, 'Bo', 'Oslo'],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'By position: the names of the first input',
			config: { by: 'position' },
			given: [
				{ schema: { id: 'integer' }, rows: [[1]] },
				{ schema: { number: 'integer' }, rows: [[2]] },
			],
			then: { out: { schema: { id: 'integer' }, rows: [[1], [2]] } },
			ordered: true,
		},
	],
});

function byName(context: LowerContext): Schema | null {
	const output = new Map<string, Field>();
	let sound = true;
	context.inputs.forEach((schema, i) => {
		for (const field of schema) {
			const first = output.get(field.name);
			if (first === undefined) output.set(field.name, field);
			else if (!sameType(first.type, field.type)) sound = differs(first, field, i, context);
		}
	});
	return sound ? [...output.values()] : null;
}

function byPosition(context: LowerContext): Schema | null {
	const [first = [], ...others] = context.inputs;
	let sound = true;
	others.forEach((schema, i) => {
		if (schema.length !== first.length) {
			context.fault(
				'by',
				`the first input has ${first.length} columns, input ${i + 2} has ${schema.length}`,
				'bring them to the same number with a select, or use "by": "name"',
				'columns',
			);
			sound = false;
			return;
		}
		schema.forEach((field, column) => {
			const expected = first[column];
			if (expected !== undefined && !sameType(expected.type, field.type)) sound = differs(expected, field, i + 1, context);
		});
	});
	return sound ? first : null;
}

function differs(expected: Field, field: Field, input: number, context: LowerContext): false {
	const message = `${field.name} is ${typeName(field.type)} in input ${input + 1}, ${expected.name} was ${typeName(expected.type)} before`;
	context.fault('', message, `cast it in a select first: cast(${field.name} as ${typeName(expected.type)})`, 'columns');
	return false;
}
