import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { keep } from '../vocabulary/column.ts';

export const clone = defineComponent({
	key: 'clone_component',
	category: 'transformation',
	name: 'Clone',
	summary: 'Hands every row on to all that follows.',
	docs: 'Any component may have several outgoing edges, each of which gets all rows; a clone only makes that visible.',
	config: z.strictObject({}),
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(_config, context) {
		const output = context.inputs[0] ?? [];
		return { operator: { kind: 'project', columns: output.map(keep) }, output };
	},
	examples: [
		{
			title: 'Rows as they are',
			config: {},
			given: [{ schema: { id: 'integer' }, rows: [[1], [2]] }],
			then: { out: { schema: { id: 'integer' }, rows: [[1], [2]] } },
			ordered: true,
		},
	],
});
