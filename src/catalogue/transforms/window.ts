import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';
import { optionalSortKeys, readSortKeys } from '../vocabulary/sort-keys.ts';
import { readWindowCall, windowFunction } from '../vocabulary/window-functions.ts';

const config = z.strictObject({
	partition_by: z.array(columnName).max(100).default([]).describe('Work within each combination of these columns; over all rows where left out.'),
	sort: optionalSortKeys.describe('Order within a partition.'),
	functions: z.array(windowFunction).min(1).max(200).describe('The new columns.'),
});

export const window = defineComponent({
	key: 'window_component',
	category: 'transformation',
	name: 'Window',
	summary: 'Adds columns that look at the other rows of a partition: running totals, ranks, the row before.',
	docs: 'All other columns are kept, every row comes out once. The default frame is that of SQL: without sort the whole partition, with sort from its beginning to the current row and its equals. Without sort, row_number, lead, lag, first_value and last_value go by the order of the input. avg, stddev and variance are computed in doubles, of decimals too.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const partition = readColumns(config.partition_by, 'partition_by', schema, context);
		const sort = config.sort === undefined ? [] : readSortKeys(config.sort, 'sort', schema, context);
		const calls = config.functions.map((call, i) => readWindowCall(call, `functions[${i}]`, sort ?? [], schema, context));
		if (partition === null || sort === null || calls.includes(null)) return null;
		const functions = calls.filter((call) => call !== null);
		const output = [...schema, ...functions.map(({ alias, type }) => ({ name: alias, type }))];
		if (!distinctNames(output, (i) => `functions[${i - schema.length}].alias`, context)) return null;
		return { operator: { kind: 'window', partitionBy: partition.map((field) => field.name), sort, functions }, output };
	},
	examples: [
		{
			title: 'Running total and the amount before, per customer',
			config: {
				partition_by: ['customer'],
				sort: [{ field: 'day' }],
				functions: [
					{ function: 'sum', field: 'amount', alias: 'so_far' },
					{ function: 'lag', field: 'amount', alias: 'before', arguments: [1, 0] },
				],
			},
			given: [
				{
					schema: { customer: 'string', day: 'date', amount: 'integer' },
					rows: [
						['Ana', '2024-01-01', 5],
						['Bo', '2024-01-01', 1],
						['Ana', '2024-01-02', 7],
					],
				},
			],
			then: {
				out: {
					schema: { customer: 'string', day: 'date', amount: 'integer', so_far: 'long', before: 'integer' },
					rows: [
						['Ana', '2024-01-01', 5, 5, 0],
						['Ana', '2024-01-02', 7, 12, 5],
						['Bo', '2024-01-01', 1, 1, 0],
					],
				},
			},
		},
		{
			title: 'Mean of seven days, by date rather than by row',
			config: {
				sort: [{ field: 'day' }],
				functions: [{ function: 'avg', field: 'rain', alias: 'week', frame: { unit: 'range', start: '6 days preceding', end: 'current row' } }],
			},
			given: [
				{
					schema: { day: 'date', rain: 'double' },
					rows: [
						['2024-01-01', 2],
						['2024-01-03', 4],
						['2024-01-09', 6],
					],
				},
			],
			then: {
				out: {
					schema: { day: 'date', rain: 'double', week: 'double' },
					rows: [
						['2024-01-01', 2, 2],
						['2024-01-03', 4, 3],
						['2024-01-09', 6, 5],
					],
				},
			},
		},
	],
});
