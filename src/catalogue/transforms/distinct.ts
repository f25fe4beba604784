import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { columnName, readColumns } from '../vocabulary/names.ts';

const config = z.strictObject({
	on: z.array(columnName).min(1).max(1000).optional().describe('Columns to look at; the output is those columns. All columns where left out.'),
});

export const distinct = defineComponent({
	key: 'distinct_component',
	category: 'transformation',
	name: 'Distinct',
	summary: 'Keeps one of each set of equal rows.',
	docs: 'Null equals null here. To keep one whole row per key use limit with partition_by; to count rows per key use aggregate.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const output = config.on === undefined ? schema : readColumns(config.on, 'on', schema, context);
		return output === null ? null : { operator: { kind: 'distinct', on: output.map((field) => field.name) }, output };
	},
	examples: [
		{
			title: 'The countries that occur',
			config: { on: ['country'] },
			given: [
				{
					schema: { id: 'integer', country: 'string' },
					rows: [
						[1, 'PT'],
						[2, null],
						[3, 'PT'],
						[4, null],
					],
				},
			],
			then: { out: { schema: { country: 'string' }, rows: [['PT'], [null]] } },
		},
	],
});
