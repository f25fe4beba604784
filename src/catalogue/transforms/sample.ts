import * as z from 'zod';
import { defineComponent } from '../component.ts';

const config = z.strictObject({
	percent: z.number().min(0).max(100).describe('How many of a hundred rows are kept, on average.'),
	seed: z.int().default(0).describe('The same seed over the same rows keeps the same ones.'),
});

export const sample = defineComponent({
	key: 'sample_component',
	category: 'transformation',
	name: 'Sample',
	summary: 'Keeps a random share of the rows.',
	docs: 'Each row is decided by itself, so the number of rows is only about the share asked for. Repeatable: the choice depends on seed and row number alone.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		return { operator: { kind: 'sample', percent: config.percent, seed: config.seed }, output: context.inputs[0] ?? [] };
	},
	examples: [
		{
			title: 'All of them',
			config: { percent: 100 },
			given: [{ schema: { id: 'integer' }, rows: [[1], [2]] }],
			then: { out: { schema: { id: 'integer' }, rows: [[1], [2]] } },
			ordered: true,
		},
		{
			title: 'One row in ten',
			config: { percent: 10, seed: 42 },
			given: [{ schema: { id: 'integer' }, rows: [] }],
			then: { out: { schema: { id: 'integer' }, rows: [] } },
		},
	],
});
