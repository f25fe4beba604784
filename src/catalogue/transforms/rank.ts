import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';
import { readSortKeys, sortKeys } from '../vocabulary/sort-keys.ts';

const config = z.strictObject({
	alias: columnName.default('rank').describe('Name of the new column.'),
	dense: z.boolean().default(false).describe('Without gaps: 1, 1, 2 instead of 1, 1, 3.'),
	partition_by: z.array(columnName).max(100).default([]).describe('Rank within each combination of these columns.'),
	sort: sortKeys.describe('What the rank goes by.'),
});

export const rank = defineComponent({
	key: 'rank_component',
	category: 'transformation',
	name: 'Rank',
	summary: 'Adds the place of each row in an order; equal rows share a place.',
	docs: 'All other columns are kept. For numbers without ties and everything else over partitions use window.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const partition = readColumns(config.partition_by, 'partition_by', schema, context);
		const sort = readSortKeys(config.sort, 'sort', schema, context);
		const output = [...schema, { name: config.alias, type: { kind: 'long' } } as const];
		if (!distinctNames(output, () => 'alias', context) || partition === null || sort === null) return null;
		const call = {
			function: config.dense ? 'dense_rank' : 'rank',
			field: null,
			alias: config.alias,
			type: { kind: 'long' },
			arguments: [],
			frame: null,
		} as const;
		return { operator: { kind: 'window', partitionBy: partition.map((field) => field.name), sort, functions: [call] }, output };
	},
	examples: [
		{
			title: 'Places of a race',
			config: { alias: 'place', sort: [{ field: 'seconds' }] },
			given: [
				{
					schema: { name: 'string', seconds: 'double' },
					rows: [
						['Ana', 10.2],
						['Bo', 9.9],
						['Cy', 10.2],
						['Di', 11],
					],
				},
			],
			then: {
				out: {
					schema: { name: 'string', seconds: 'double', place: 'long' },
					rows: [
						['Ana', 10.2, 2],
						['Bo', 9.9, 1],
						['Cy', 10.2, 2],
						['Di', 11, 4],
					],
				},
			},
		},
	],
});
