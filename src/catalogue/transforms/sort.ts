import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { readSortKeys, sortKeys } from '../vocabulary/sort-keys.ts';

const config = z.strictObject({ keys: sortKeys.describe('Columns to sort by, the weightiest first.') });

export const sort = defineComponent({
	key: 'sort_component',
	category: 'transformation',
	name: 'Sort',
	summary: 'Puts rows in order.',
	docs: 'Text goes by code point, nulls last unless told otherwise; rows with equal keys keep their order. A file destination keeps the order, a database need not.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const output = context.inputs[0] ?? [];
		const keys = readSortKeys(config.keys, 'keys', output, context);
		return keys === null ? null : { operator: { kind: 'sort', keys }, output };
	},
	examples: [
		{
			title: 'Dearest first, then by name',
			config: { keys: [{ field: 'price', direction: 'desc', nulls: 'first' }, { field: 'name' }] },
			given: [
				{
					schema: { name: 'string', price: 'double' },
					rows: [
						['nut', 1],
						['axe', 20],
						['cog', 1],
						['?', null],
					],
				},
			],
			then: {
				out: {
					schema: { name: 'string', price: 'double' },
					rows: [
						['?', null],
						['axe', 20],
						['cog', 1],
						['nut', 1],
					],
				},
			},
			ordered: true,
		},
	],
});
