import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { columnName, distinctNames, readType, typeText } from '../vocabulary/names.ts';

const config = z.strictObject({
	code: z
		.string()
		.min(1)
		.max(200_000)
		.describe('A JavaScript module that exports `transform(rows)`: objects in, objects out, any number. Variables are not filled in.'),
	output: z
		.array(z.strictObject({ name: columnName.describe('Key of the objects that come out.'), type: typeText.describe('Type of the column.') }))
		.min(1)
		.max(1000)
		.describe('Columns of the rows that come out; other keys are dropped, missing ones are null.'),
	batch_size: z.int().min(1).max(10_000).default(1000).describe('Rows handed over at once.'),
	timeout_seconds: z.number().positive().max(60).default(10).describe('A batch that takes longer fails the run.'),
});

export const code = defineComponent({
	key: 'code_component',
	category: 'transformation',
	name: 'Code',
	summary: 'Runs your own JavaScript over batches of rows, without network.',
	docs: 'For what expressions cannot say; they are faster and can run inside a database. Rows come in the JSON spelling of their types: long and decimal as text past 2^53, dates as ISO 8601, binary as base64, json as what it holds (numbers past 2^53 inside it as text). They go back the same way, or as BigInt, Date and Uint8Array. transform may be async, but there is no network, no timer and nothing of the gateway; keep nothing from batch to batch. Where a batch throws it is done again row by row: what throws then is a bad row, told with line and column of the code. A batch that does not end, or needs more than 32 MB, fails the run.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out', 'dead_letter'],
	failsWhole: true,
	lower(config, context) {
		const columns = config.output.map(({ name, type }, i) => ({ name, type: readType(type, `output[${i}].type`, context) }));
		const output = columns.flatMap(({ name, type }) => (type === null ? [] : [{ name, type }]));
		const exported = /\bexport\b[\s\S]*\btransform\b/.test(config.code);
		if (!exported) context.fault('code', 'the code does not export transform', 'export function transform(rows) { return rows.map((row) => ({ … })); }');
		if (!distinctNames(columns, (i) => `output[${i}].name`, context) || !exported || output.length < columns.length) return null;
		return { operator: { kind: 'code', code: config.code, batchSize: config.batch_size, timeoutSeconds: config.timeout_seconds }, output };
	},
	examples: [
		{
			title: 'Split a text into words',
			config: {
				code: "export function transform(rows) {\n\treturn rows.flatMap((row) => row.line.split(' ').map((word) => ({ word, length: word.length })));\n}",
				output: [
					{ name: 'word', type: 'string' },
					{ name: 'length', type: 'integer' },
				],
			},
			given: [{ schema: { line: 'string' }, rows: [['to be']] }],
			then: {
				out: {
					schema: { word: 'string', length: 'integer' },
					rows: [
						['to', 2],
						['be', 2],
					],
				},
			},
			ordered: true,
		},
	],
});
