import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { predicateShape, readPredicate } from '../vocabulary/conditions.ts';

const config = z.strictObject({
	...predicateShape,
	message: z.string().min(1).max(1000).describe('What is said of a row that fails; may hold variables.'),
});

export const assert = defineComponent({
	key: 'assert_component',
	category: 'transformation',
	name: 'Assert',
	summary: 'Demands that a condition is true for every row; a row for which it is not is a bad row.',
	docs: 'With on_error fail (the default) the first such row fails the run and is shown with the message. With skip or dead_letter the others go on and the bad ones are counted. Null counts as not true.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out', 'dead_letter'],
	failsWhole: true,
	lower(config, context) {
		const output = context.inputs[0] ?? [];
		const predicate = readPredicate(config, output, context);
		const message = context.fill(config.message, 'message', 'text');
		return predicate === null || message === null ? null : { operator: { kind: 'assert', predicate, message }, output };
	},
	examples: [
		{
			title: 'Amounts are positive, bad rows go to the dead letters',
			config: { expression: 'amount > 0', message: 'amount must be positive', on_error: 'dead_letter' },
			given: [
				{
					schema: { id: 'integer', amount: 'double' },
					rows: [
						[1, 9.5],
						[2, -1],
					],
				},
			],
			then: {
				out: { schema: { id: 'integer', amount: 'double' }, rows: [[1, 9.5]] },
				dead_letter: {
					schema: {
						id: 'integer',
						amount: 'double',
						_component: 'string',
						_row_number: 'long',
						_error_class: 'string',
						_error_field: 'string',
						_error_message: 'string',
					},
					rows: [[2, -1, 'example', 2, 'assertion_failed', null, 'amount must be positive']],
				},
			},
			ordered: true,
		},
	],
});
