import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { joinedColumns, joinedSchema, rightPrefix } from '../vocabulary/joined-columns.ts';

const config = z.strictObject({ right_prefix: rightPrefix });

export const crossJoin = defineComponent({
	key: 'cross_join_component',
	category: 'transformation',
	name: 'Cross join',
	summary: 'Puts every row of one input beside every row of the other.',
	docs: 'The number of rows out is the product of both: meant for a small right input, such as one row of totals or a list of months.',
	config,
	inputs: { min: 2, max: 2, ports: ['left', 'right'] },
	outputs: ['out'],
	lower(config, context) {
		const [left = [], right = []] = context.inputs;
		const columns = joinedColumns(left, right, config.right_prefix, context);
		if (columns === null) return null;
		return { operator: { kind: 'join', joinType: 'cross', keys: [], columns, hint: 'auto' }, output: joinedSchema(columns, left, right) };
	},
	examples: [
		{
			title: 'Every size of every colour',
			config: {},
			given: [
				{ schema: { colour: 'string' }, rows: [['red'], ['blue']] },
				{ schema: { size: 'string' }, rows: [['S'], ['L']] },
			],
			then: {
				out: {
					schema: { colour: 'string', size: 'string' },
					rows: [
						['red', 'S'],
						['red', 'L'],
						['blue', 'S'],
						['blue', 'L'],
					],
				},
			},
		},
	],
});
