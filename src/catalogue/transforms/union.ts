import * as z from 'zod';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Field, Schema } from '../../data/types.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { commonType, holdsExactly } from '../vocabulary/common-type.ts';

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
	docs: 'Inputs are taken in the order of their edges. Columns that go together must be of one type, or of types that a wider one holds exactly, which they become: integer and long a long, either of them and a decimal a wider decimal, integer or float and double a double, date and datetime a datetime. long or decimal beside float or double is refused, because digits past the fifteenth could be lost: cast one of them in a select first. For rows without doubles put a distinct behind it.',
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
		{
			title: 'Numbers of several types become the widest, digit for digit',
			config: {},
			given: [
				{ schema: { id: 'integer', price: 'decimal(6,2)' }, rows: [[1, 9.99]] },
				{ schema: { id: 'long', price: 'integer' }, rows: [['9007199254740993', 5]] },
			],
			then: {
				out: {
					schema: { id: 'long', price: 'decimal(12,2)' },
					rows: [
						[1, 9.99],
						['9007199254740993', 5],
					],
				},
			},
			ordered: true,
		},
	],
});

function byName(context: LowerContext): Schema | null {
	const names = new Set(context.inputs.flatMap((schema) => schema.map(({ name }) => name)));
	return together(
		[...names].map((name) => context.inputs.map((schema) => schema.find((field) => field.name === name) ?? null)),
		context,
	);
}

function byPosition(context: LowerContext): Schema | null {
	const [first = [], ...others] = context.inputs;
	const wrong = others.flatMap((schema, i) => (schema.length === first.length ? [] : [{ input: i + 2, columns: schema.length }]));
	for (const { input, columns } of wrong) {
		context.fault(
			'by',
			`the first input has ${first.length} columns, input ${input} has ${columns}`,
			'bring them to the same number with a select, or use "by": "name"',
			'columns',
		);
	}
	if (wrong.length > 0) return null;
	return together(
		first.map((_, place) => context.inputs.map((schema) => schema[place] ?? null)),
		context,
	);
}

/** One column of the output for each list: what goes together, by input, null where an input has none. */
function together(columns: readonly (readonly (Field | null)[])[], context: LowerContext): Schema | null {
	const output = columns.map((fields): Field | null => {
		const [first] = fields.filter((field) => field !== null);
		const type = first === undefined ? null : widest(fields, first, context);
		return first === undefined || type === null ? null : { name: first.name, type };
	});
	const sound = output.filter((field) => field !== null);
	return sound.length === output.length ? sound : null;
}

/** The type that holds every value of all of them; null after telling the first that does not fit those before it. */
function widest(fields: readonly (Field | null)[], first: Field, context: LowerContext): DataType | null {
	let type = first.type;
	for (const [input, field] of fields.entries()) {
		if (field === null) continue;
		const common = commonType(type, field.type);
		if (common === null || !holdsExactly(common, field.type) || !holdsExactly(common, type)) return differs(first, type, field, input, common, context);
		type = common;
	}
	return type;
}

function differs(first: Field, type: DataType, field: Field, input: number, common: DataType | null, context: LowerContext): null {
	const message = `${field.name} is ${typeName(field.type)} in input ${input + 1}, ${first.name} was ${typeName(type)} before`;
	const why = common === null ? '' : `${typeName(common)} does not hold every digit of both; `;
	context.fault('', message, `${why}cast it in a select first: cast(${field.name} as ${typeName(type)})`, 'columns');
	return null;
}
