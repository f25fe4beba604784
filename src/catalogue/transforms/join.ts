import * as z from 'zod';
import { sameType, typeName } from '../../data/type-names.ts';
import type { Field } from '../../data/types.ts';
import { defineComponent } from '../component.ts';
import { commonType } from '../vocabulary/common-type.ts';
import { joinedColumns, joinedSchema, rightPrefix } from '../vocabulary/joined-columns.ts';
import { columnName } from '../vocabulary/names.ts';

const config = z.strictObject({
	join_type: z
		.enum(['inner', 'left', 'right', 'full'])
		.default('inner')
		.describe('Which rows without a partner are kept: none, those of the left, of the right, of both.'),
	keys: z
		.array(
			z.strictObject({ left: columnName.describe('Column of the left input.'), right: columnName.describe('Column of the right input, of the same type.') }),
		)
		.min(1)
		.max(32)
		.describe('Pairs of columns that must be equal; null equals nothing.'),
	right_prefix: rightPrefix,
	hint: z
		.enum(['auto', 'replicated', 'skewed'])
		.default('auto')
		.describe('How to go about it: `replicated` where the right input is small, `skewed` where a few keys have most rows.'),
});

export const join = defineComponent({
	key: 'join_component',
	category: 'transformation',
	name: 'Join',
	summary: 'Puts rows of two inputs side by side where their keys are equal.',
	docs: 'The first edge is the left input and the second the right, unless the edges say target_port. All columns of both come out, the keys of both too; a right column whose name the left has gets right_prefix. Keys of different types are a fault: cast one of them in a select first.',
	config,
	inputs: { min: 2, max: 2, ports: ['left', 'right'] },
	outputs: ['out'],
	lower(config, context) {
		const [left = [], right = []] = context.inputs;
		let sound = true;
		config.keys.forEach((key, i) => {
			const a = context.column(key.left, `keys[${i}].left`, left);
			const b = context.column(key.right, `keys[${i}].right`, right);
			if (a !== null && b !== null && sameType(a.type, b.type)) return;
			sound = false;
			if (a === null || b === null) return;
			const message = `${a.name} is ${typeName(a.type)} on the left, ${b.name} is ${typeName(b.type)} on the right`;
			context.fault(`keys[${i}]`, message, toOneType(a, b), 'columns');
		});
		const columns = joinedColumns(left, right, config.right_prefix, context);
		if (!sound || columns === null) return null;
		const { keys, hint } = config;
		return { operator: { kind: 'join', joinType: config.join_type, keys, columns, hint }, output: joinedSchema(columns, left, right) };
	},
	examples: [
		{
			title: 'Orders with the name of their customer, also those without one',
			config: { join_type: 'left', keys: [{ left: 'customer_id', right: 'id' }] },
			given: [
				{
					schema: { id: 'integer', customer_id: 'integer' },
					rows: [
						[1, 10],
						[2, 99],
						[3, null],
					],
				},
				{
					schema: { id: 'integer', name: 'string' },
					rows: [
						[10, 'Ana'],
						[11, 'Bo'],
					],
				},
			],
			then: {
				out: {
					schema: { id: 'integer', customer_id: 'integer', right_id: 'integer', name: 'string' },
					rows: [
						[1, 10, 10, 'Ana'],
						[2, 99, null, null],
						[3, null, null, null],
					],
				},
			},
		},
		{
			title: 'Two keys, only what both have',
			config: {
				keys: [
					{ left: 'day', right: 'date' },
					{ left: 'city', right: 'city' },
				],
				right_prefix: 'weather_',
			},
			given: [
				{
					schema: { day: 'date', city: 'string', sold: 'integer' },
					rows: [
						['2024-01-01', 'Porto', 5],
						['2024-01-02', 'Porto', 8],
					],
				},
				{ schema: { date: 'date', city: 'string', rain: 'double' }, rows: [['2024-01-02', 'Porto', 3.5]] },
			],
			then: {
				out: {
					schema: { day: 'date', city: 'string', sold: 'integer', date: 'date', weather_city: 'string', rain: 'double' },
					rows: [['2024-01-02', 'Porto', 8, '2024-01-02', 'Porto', 3.5]],
				},
			},
		},
	],
});

/** Which casts make two keys one type without losing digits, the wider type where there is one. */
function toOneType(left: Field, right: Field): string {
	const common = commonType(left.type, right.type);
	if (common === null) return `cast one of them in a select first: cast(${right.name} as ${typeName(left.type)})`;
	const casts = [
		...(sameType(left.type, common) ? [] : [`cast(${left.name} as ${typeName(common)}) on the left`]),
		...(sameType(right.type, common) ? [] : [`cast(${right.name} as ${typeName(common)}) on the right`]),
	];
	return `cast in a select first: ${casts.join(', ')}`;
}
