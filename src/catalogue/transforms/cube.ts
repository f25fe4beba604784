import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { aggregates, readAggregates } from '../vocabulary/aggregates.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';

/** 2^10 grouping sets is as far as a cube is useful. */
const MAX_CUBE = 10;

const config = z.strictObject({
	grouping: z.enum(['cube', 'rollup']).describe('`cube`: totals of every combination of the columns; `rollup`: of the first n columns, for every n.'),
	group_by: z.array(columnName).min(1).max(30).describe('Columns to group by; at most 10 for a cube.'),
	aggregates: aggregates.describe('What to work out for each group.'),
});

export const cube = defineComponent({
	key: 'cube_component',
	category: 'transformation',
	name: 'Cube and rollup',
	summary: 'Aggregates with subtotals: one row for each group of each grouping, null where a column is summed over.',
	docs: 'A group column is null both where its value is null and where it is summed over; to tell them apart replace nulls in a select first.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const groups = readColumns(config.group_by, 'group_by', schema, context);
		const calls = readAggregates(config.aggregates, 'aggregates', schema, context);
		if (config.grouping === 'cube' && config.group_by.length > MAX_CUBE) {
			context.fault(
				'group_by',
				`a cube over ${config.group_by.length} columns has 2^${config.group_by.length} groupings`,
				`at most ${MAX_CUBE} columns, or "grouping": "rollup"`,
				'limit',
			);
			return null;
		}
		if (groups === null || calls === null) return null;
		const output = [...groups, ...calls.map(({ alias, type }) => ({ name: alias, type }))];
		if (!distinctNames(output, (i) => `aggregates[${i - groups.length}].alias`, context)) return null;
		const groupingSets = config.grouping === 'cube' ? cubeSets(groups.length) : rollupSets(groups.length);
		return { operator: { kind: 'aggregate', groupBy: groups.map((field) => field.name), groupingSets, aggregates: calls }, output };
	},
	examples: [
		{
			title: 'Sales per country and city, per country, and overall',
			config: { grouping: 'rollup', group_by: ['country', 'city'], aggregates: [{ function: 'sum', field: 'sold', alias: 'sold' }] },
			given: [
				{
					schema: { country: 'string', city: 'string', sold: 'integer' },
					rows: [
						['PT', 'Porto', 1],
						['PT', 'Faro', 2],
						['NO', 'Oslo', 4],
					],
				},
			],
			then: {
				out: {
					schema: { country: 'string', city: 'string', sold: 'long' },
					rows: [
						['PT', 'Porto', 1],
						['PT', 'Faro', 2],
						['NO', 'Oslo', 4],
						['PT', null, 3],
						['NO', null, 4],
						[null, null, 7],
					],
				},
			},
		},
		{
			title: 'A cube: also per size over all colours',
			config: { grouping: 'cube', group_by: ['colour', 'size'], aggregates: [{ function: 'count_all', alias: 'n' }] },
			given: [
				{
					schema: { colour: 'string', size: 'string' },
					rows: [
						['red', 'S'],
						['red', 'L'],
					],
				},
			],
			then: {
				out: {
					schema: { colour: 'string', size: 'string', n: 'long' },
					rows: [
						['red', 'S', 1],
						['red', 'L', 1],
						['red', null, 2],
						[null, 'S', 1],
						[null, 'L', 1],
						[null, null, 2],
					],
				},
			},
		},
	],
});

/** Every subset of the columns, the whole first, the empty last. */
function cubeSets(columns: number): number[][] {
	const sets = Array.from({ length: 2 ** columns }, (_, bits) => Array.from({ length: columns }, (_, i) => i).filter((i) => (bits >> i) & 1));
	return sets.sort((a, b) => b.length - a.length);
}

/** Every beginning of the columns, the whole first, the empty last. */
function rollupSets(columns: number): number[][] {
	return Array.from({ length: columns + 1 }, (_, cut) => Array.from({ length: columns - cut }, (_, i) => i));
}
