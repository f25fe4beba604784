import * as z from 'zod';
import type { Schema } from '../../data/types.ts';
import { columnsNamed, ROW_VALUE } from '../../plan/row-values.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { httpHeaders, httpPath, readHeaders, readPath } from '../vocabulary/http-request.ts';
import { connectionId } from '../vocabulary/names.ts';

const config = z.strictObject({
	connection_id: connectionId('an HTTP connection'),
	path: httpPath.describe('Path below the address of the connection, never a full URL; may hold variables and, with batch_size 1, `#{column}`.'),
	method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).default('POST').describe('Method of the request.'),
	headers: httpHeaders.describe('Headers beside those of the connection; values may hold variables and, with batch_size 1, `#{column}`.'),
	body_template: z
		.string()
		.min(1)
		.max(100_000)
		.optional()
		.describe(
			'Body of one row: `#{column}` is the value as JSON writes it, without the quotes of a text; null between quotes of its own loses them. Variables are escaped in the same way. The row as a JSON object where left out.',
		),
	batch_size: z.int().min(1).max(1000).default(1).describe('Rows a request; more than 1 sends a JSON list of their bodies.'),
	requests_per_second: z.number().positive().max(1000).optional().describe('No faster than this.'),
	keep_failed: z.boolean().default(true).describe('Keep rows that were refused as bad records, readable afterwards.'),
});

export const restApiDestination = defineComponent({
	key: 'rest_api_destination_component',
	category: 'destination',
	name: 'REST API destination',
	summary: 'Sends rows to an HTTP API, one by one or in batches.',
	docs: 'Requests are sent while the run goes on: unlike files and tables they cannot be taken back when it fails. Each row is sent at least once; after a crash the last batch may be sent again, with the same Idempotency-Key header. Answers 429 and 5xx are tried again, after what Retry-After says; any other refusal makes bad rows.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['dead_letter'],
	failsWhole: true,
	lower(config, context) {
		const output = context.inputs[0] ?? [];
		const connection = context.connection(config.connection_id, 'connection_id', 'http');
		const path = readPath(config.path, 'path', context);
		const headers = readHeaders(config.headers, context);
		const bodyTemplate = config.body_template === undefined ? undefined : context.fill(config.body_template, 'body_template', 'json');
		const body = { at: 'body_template', template: config.body_template ?? '', filled: bodyTemplate ?? '' };
		const others = [
			{ at: 'path', template: config.path, filled: path ?? '' },
			...Object.entries(config.headers).map(([name, template]) => ({ at: `headers.${name}`, template, filled: headers?.[name.toLowerCase()] ?? '' })),
		];
		const fit = [
			columnsFit(body.template, body.at, output, context),
			bodiesMakeAList(bodyTemplate ?? null, config.batch_size, context),
			...others.map(({ at, template }) => oneRowFits(template, at, config.batch_size, output, context)),
			...[body, ...others].map((text) => variablesNameNoColumn(text, context)),
		];
		const sound = !fit.includes(false);
		if (connection === null || path === null || headers === null || bodyTemplate === null || !sound) return null;
		const { method, batch_size: batchSize, keep_failed: keepFailed } = config;
		const requestsPerSecond = config.requests_per_second ?? null;
		const request = { path, method, headers, query: {} };
		return {
			operator: {
				kind: 'sink',
				destination: { kind: 'http', connection: connection.id, request, bodyTemplate: bodyTemplate ?? null, batchSize, requestsPerSecond, keepFailed },
			},
			output,
		};
	},
	examples: [
		{
			title: 'One request a row, with a body of its own',
			config: { connection_id: 3, path: 'v1/contacts/#{id}', method: 'PUT', body_template: '{"properties": {"name": "#{name}", "age": #{age}}}' },
			given: [{ schema: { id: 'integer', name: 'string', age: 'integer' }, rows: [[1, 'Ana "A"', 31]] }],
			then: { written: { schema: { id: 'integer', name: 'string', age: 'integer' }, rows: [[1, 'Ana "A"', 31]] } },
		},
		{
			title: 'Rows as they are, 100 a request',
			config: { connection_id: 3, path: 'v1/events', batch_size: 100, requests_per_second: 5 },
			given: [{ schema: { id: 'integer' }, rows: [[1], [2]] }],
			then: { written: { schema: { id: 'integer' }, rows: [[1], [2]] } },
		},
	],
});

function columnsFit(template: string, path: string, schema: Schema, context: LowerContext): boolean {
	return [...new Set(columnsNamed(template))].filter((name) => context.column(name, path, schema) === null).length === 0;
}

/** What a variable holds is a value, and no template. */
function variablesNameNoColumn({ at, template, filled }: { at: string; template: string; filled: string }, context: LowerContext): boolean {
	if (columnsNamed(filled).length <= columnsNamed(template).length) return true;
	context.fault(at, 'a variable in it has #{…} in its value, which would be read as a column', 'give the value as a column of the rows, and name that');
	return false;
}

/** A path or header says something of one row. */
function oneRowFits(template: string, path: string, batchSize: number, schema: Schema, context: LowerContext): boolean {
	if (batchSize === 1 || columnsNamed(template).length === 0) return columnsFit(template, path, schema, context);
	const what = path === 'path' ? 'path' : 'header';
	context.fault(path, `the ${what} holds values of a row, but a request carries several rows`, `use "batch_size": 1, or leave #{…} out of the ${what}`);
	return false;
}

/** Whether a list of the bodies is JSON, whatever is in the rows. */
function bodiesMakeAList(template: string | null, batchSize: number, context: LowerContext): boolean {
	if (batchSize === 1 || template === null) return true;
	try {
		JSON.parse(template.replace(ROW_VALUE, '0'));
		return true;
	} catch {
		context.fault('body_template', 'the bodies of several rows go into a JSON list, but this is no JSON', 'make it JSON, or use "batch_size": 1');
		return false;
	}
}
