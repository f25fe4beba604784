import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { columnName, readColumns } from '../vocabulary/names.ts';
import { optionalSortKeys, readSortKeys } from '../vocabulary/sort-keys.ts';

const config = z.strictObject({
	limit: z.int().min(0).describe('Rows to keep, of each partition where there are any.'),
	partition_by: z.array(columnName).max(100).default([]).describe('Keep that many rows of each combination of these columns.'),
	sort: optionalSortKeys.describe('Which rows come first; the order of the input where left out.'),
});

export const limit = defineComponent({
	key: 'limit_component',
	category: 'transformation',
	name: 'Limit',
	summary: 'Keeps the first rows, overall or of each partition.',
	docs: 'With sort the first by that order: the ten largest, the latest of each customer.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const output = context.inputs[0] ?? [];
		const partition = readColumns(config.partition_by, 'partition_by', output, context);
		const sort = config.sort === undefined ? [] : readSortKeys(config.sort, 'sort', output, context);
		if (partition === null || sort === null) return null;
		return { operator: { kind: 'limit', count: config.limit, partitionBy: partition.map((field) => field.name), sort }, output };
	},
	examples: [
		{
			title: 'The latest order of each customer',
			config: { limit: 1, partition_by: ['customer'], sort: [{ field: 'day', direction: 'desc' }] },
			given: [
				{
					schema: { customer: 'string', day: 'date' },
					rows: [
						['Ana', '2024-01-01'],
						['Bo', '2024-01-03'],
						['Ana', '2024-02-01'],
					],
				},
			],
			then: {
				out: {
					schema: { customer: 'string', day: 'date' },
					rows: [
						['Ana', '2024-02-01'],
						['Bo', '2024-01-03'],
					],
				},
			},
		},
		{
			title: 'The first two rows',
			config: { limit: 2 },
			given: [{ schema: { id: 'integer' }, rows: [[3], [1], [2]] }],
			then: { out: { schema: { id: 'integer' }, rows: [[3], [1]] } },
			ordered: true,
		},
	],
});
