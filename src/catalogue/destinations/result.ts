import * as z from 'zod';
import { defineComponent } from '../component.ts';

const config = z.strictObject({
	max_rows: z.int().min(1).max(10_000).default(1000).describe('Rows to keep; the count goes on past them and the result says that it was cut.'),
});

export const resultDestination = defineComponent({
	key: 'result_destination_component',
	category: 'destination',
	name: 'Result destination',
	summary: 'Hands rows back in the result of run_package and get_run.',
	docs: 'For answers that a person or a program waits for. It keeps the order of a sort in front of it.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: [],
	lower(config, context) {
		return { operator: { kind: 'sink', destination: { kind: 'result', maxRows: config.max_rows } }, output: context.inputs[0] ?? [] };
	},
	examples: [
		{
			title: 'At most two rows',
			config: { max_rows: 2 },
			given: [{ schema: { id: 'integer' }, rows: [[1], [2], [3]] }],
			then: { written: { schema: { id: 'integer' }, rows: [[1], [2]] } },
			ordered: true,
		},
	],
});
