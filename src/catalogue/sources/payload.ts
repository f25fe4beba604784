import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { readFields, sourceFields } from '../vocabulary/source-fields.ts';

const config = z.strictObject({ fields: sourceFields });

export const payloadSource = defineComponent({
	key: 'payload_source_component',
	category: 'source',
	name: 'Payload source',
	summary: 'The rows handed to run_package as payload.',
	docs: 'Rows are JSON objects. Without fields the columns are found out from the rows of the run, so what follows cannot be checked when the package is saved: name the fields of packages that are kept.',
	config,
	inputs: { min: 0, max: 0, ports: [] },
	outputs: ['out', 'dead_letter'],
	probe: (config) => (config.fields === undefined ? { kind: 'payload', fields: [] } : null),
	lower(config, context) {
		const read = readFields(config.fields, context);
		return read === null ? null : { operator: { kind: 'scan', source: { kind: 'payload', fields: read.fields } }, output: read.output };
	},
	examples: [
		{
			title: 'Two columns of each object; what is missing is null',
			config: {
				fields: [
					{ name: 'sku', type: 'string' },
					{ name: 'quantity', type: 'integer' },
				],
			},
			given: [],
			outside: { payload: [{ sku: 'a-1', quantity: 3, note: 'not read' }, { sku: 'b-2' }] },
			then: {
				out: {
					schema: { sku: 'string', quantity: 'integer' },
					rows: [
						['a-1', 3],
						['b-2', null],
					],
				},
			},
			ordered: true,
		},
	],
});
