import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { aggregates, readAggregates } from '../vocabulary/aggregates.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';

const config = z.strictObject({
	group_by: z.array(columnName).max(100).default([]).describe('One row for each combination of these columns; one row in all where left out.'),
	aggregates: aggregates.describe('What to work out for each group.'),
});

export const aggregate = defineComponent({
	key: 'aggregate_component',
	category: 'transformation',
	name: 'Aggregate',
	summary: 'Works out counts, sums, averages and the like, for all rows or for each group.',
	docs: 'The output is the group columns and then the aggregates; null is a group of its own. Over no rows without group_by one row comes out: counts 0, collect an empty list, everything else null. A sum of whole numbers is a long and fails the run past 64 bit; sums of decimals stay exact. avg, stddev and variance are doubles, of decimals too (avg divides the exact sum once). approx_count_distinct is off by about 1 %.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const groups = readColumns(config.group_by, 'group_by', schema, context);
		const calls = readAggregates(config.aggregates, 'aggregates', schema, context);
		if (groups === null || calls === null) return null;
		const output = [...groups, ...calls.map(({ alias, type }) => ({ name: alias, type }))];
		if (!distinctNames(output, (i) => `aggregates[${i - groups.length}].alias`, context)) return null;
		return { operator: { kind: 'aggregate', groupBy: groups.map((field) => field.name), groupingSets: null, aggregates: calls }, output };
	},
	examples: [
		{
			title: 'Sales per country',
			config: {
				group_by: ['country'],
				aggregates: [
					{ function: 'count_all', alias: 'orders' },
					{ function: 'sum', field: 'amount', alias: 'total' },
					{ function: 'max', field: 'amount' },
				],
			},
			given: [
				{
					schema: { country: 'string', amount: 'decimal(8,2)' },
					rows: [
						['PT', 10.5],
						['NO', 3],
						['PT', null],
					],
				},
			],
			then: {
				out: {
					schema: { country: 'string', orders: 'long', total: 'decimal(38,2)', max_amount: 'decimal(8,2)' },
					rows: [
						['PT', 2, 10.5, 10.5],
						['NO', 1, 3, 3],
					],
				},
			},
		},
		{
			title: 'One row over everything',
			config: {
				aggregates: [
					{ function: 'count', field: 'age', alias: 'known' },
					{ function: 'avg', field: 'age', alias: 'mean' },
					{ function: 'count_distinct', field: 'age', alias: 'ages' },
				],
			},
			given: [{ schema: { age: 'integer' }, rows: [[20], [30], [null], [30]] }],
			then: { out: { schema: { known: 'long', mean: 'double', ages: 'long' }, rows: [[3, 26.666666666666668, 2]] } },
		},
	],
});
