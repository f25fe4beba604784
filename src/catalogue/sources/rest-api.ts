import * as z from 'zod';
import type { HttpSource, Pagination } from '../../plan/endpoints.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { httpBody, httpHeaders, httpPath, httpQuery, readBody, readHeaders, readPath, readTexts } from '../vocabulary/http-request.ts';
import { isJsonPath } from '../vocabulary/json-path.ts';
import { connectionId } from '../vocabulary/names.ts';
import { RAW_FIELD, readFields, sourceFields } from '../vocabulary/source-fields.ts';

const pagination = z.strictObject({
	scheme: z
		.enum(['none', 'auto', 'link_header', 'page', 'offset', 'cursor'])
		.describe('`auto` follows a Link header or a next address in the answer; `page` and `offset` count up; `cursor` hands on what the last answer gave.'),
	page_param: z.string().min(1).max(100).default('page').describe('page: the query parameter of the page number.'),
	first_page: z.int().min(0).max(1_000_000).default(1).describe('page: the number of the first page, 0 where the API counts from 0.'),
	size_param: z.string().min(1).max(100).default('limit').describe('page, offset: the query parameter of the page size.'),
	size: z.int().min(1).max(100_000).optional().describe('page, offset: rows a page; needed with offset.'),
	offset_param: z.string().min(1).max(100).default('offset').describe('offset: the query parameter of the first row, counted from 0.'),
	cursor_path: z
		.string()
		.min(1)
		.max(500)
		.optional()
		.describe('cursor: JSONPath of the next cursor, from the root of the answer; a full address of the same origin is followed.'),
	cursor_param: z.string().min(1).max(100).default('cursor').describe('cursor: the query parameter it goes into.'),
});

const config = z.strictObject({
	connection_id: connectionId('an HTTP connection'),
	path: httpPath,
	method: z.enum(['GET', 'POST']).default('GET').describe('POST for systems that are searched with a body.'),
	headers: httpHeaders,
	query: httpQuery,
	body: httpBody,
	pagination: pagination
		.default({ scheme: 'none', page_param: 'page', first_page: 1, size_param: 'limit', offset_param: 'offset', cursor_param: 'cursor' })
		.describe('How further pages are asked for; reading ends at an empty page or cursor (null, "" or 0).'),
	response_type: z.enum(['json', 'ndjson', 'raw']).default('json').describe('`raw` gives each answer as one text in the column data.'),
	base_record: z
		.string()
		.min(1)
		.max(500)
		.default('$')
		.describe('JSONPath of the records in an answer; `$.data[*]` and `$.data` both give the items of a list.'),
	sleep_ms: z.int().min(0).max(600_000).default(0).describe('Pause between two requests, in milliseconds.'),
	max_requests: z.int().min(1).optional().describe('No more requests than this in one run.'),
	requests_per_second: z.number().positive().max(1000).optional().describe('No faster than this.'),
	fields: sourceFields,
});

type Config = z.output<typeof config>;

function source(config: Config, context: LowerContext): HttpSource | null {
	const connection = context.connection(config.connection_id, 'connection_id', 'http');
	const path = readPath(config.path, 'path', context);
	const headers = readHeaders(config.headers, context);
	const query = readTexts(config.query, 'query', context);
	const body = readBody(config.body, headers ?? {}, context);
	const pages = readPagination(config.pagination, context);
	if (config.method === 'GET' && config.body !== undefined) {
		context.fault('body', 'a GET request has no body', 'use "method": "POST", or leave body out');
		return null;
	}
	if (config.response_type === 'json' && !isJsonPath(config.base_record, 'base_record', context)) return null;
	if (pages !== null) tellOverridden(config, pages, context);
	if (connection === null || path === null || headers === null || query === null || body === undefined || pages === null) return null;
	return {
		kind: 'http',
		connection: connection.id,
		request: { path, method: config.method, headers, query, body },
		pagination: pages,
		responseType: config.response_type,
		baseRecord: config.base_record,
		sleepMs: config.sleep_ms,
		maxRequests: config.max_requests ?? null,
		requestsPerSecond: config.requests_per_second ?? null,
		fields: [],
	};
}

/** Parameters that pagination sets are its own, whatever the query says of them. */
function tellOverridden({ query }: Config, pages: Pagination, context: LowerContext): void {
	const own =
		pages.scheme === 'page'
			? [pages.pageParam, ...(pages.size === null ? [] : [pages.sizeParam])]
			: pages.scheme === 'offset'
				? [pages.offsetParam, pages.sizeParam]
				: [];
	for (const name of own.filter((each) => Object.hasOwn(query, each)))
		context.warn(`query.${name}`, `query.${name} has no effect: pagination sets ${name}`, 'say it in pagination (first_page, size), or leave it out');
}

function readPagination(given: Config['pagination'], context: LowerContext): Pagination | null {
	const missing = (field: string, hint: string) => {
		context.fault(`pagination.${field}`, `pagination by ${given.scheme} needs ${field}`, hint);
		return null;
	};
	switch (given.scheme) {
		case 'page':
			return { scheme: 'page', pageParam: given.page_param, firstPage: given.first_page, sizeParam: given.size_param, size: given.size ?? null };
		case 'offset':
			return given.size === undefined
				? missing('size', 'rows a page, such as 100')
				: { scheme: 'offset', offsetParam: given.offset_param, sizeParam: given.size_param, size: given.size };
		case 'cursor':
			if (given.cursor_path === undefined) return missing('cursor_path', 'where the answer holds the next cursor, such as $.meta.next_cursor');
			return !isJsonPath(given.cursor_path, 'pagination.cursor_path', context)
				? null
				: { scheme: 'cursor', cursorPath: given.cursor_path, cursorParam: given.cursor_param };
		default:
			return { scheme: given.scheme };
	}
}

export const restApiSource = defineComponent({
	key: 'rest_api_source_component',
	category: 'source',
	name: 'REST API source',
	summary: 'Reads records from an HTTP API, page by page.',
	docs: 'The connection owns the address and the credentials; the component gives a path below it. Answers 429 and 503 are tried again, after what Retry-After says. Fields take members of a record by name; nested values are read with type json.',
	config,
	inputs: { min: 0, max: 0, ports: [] },
	outputs: ['out', 'dead_letter'],
	probe: (config, context) => (config.fields === undefined && config.response_type !== 'raw' ? source(config, context) : null),
	lower(config, context) {
		const found = source(config, context);
		const raw = config.response_type === 'raw' && config.fields === undefined;
		const read = readFields(raw ? [{ name: RAW_FIELD.name, type: 'string' }] : config.fields, context, { byPosition: config.response_type === 'raw' });
		if (found === null || read === null) return null;
		return { operator: { kind: 'scan', source: { ...found, fields: read.fields } }, output: read.output };
	},
	examples: [
		{
			title: 'All pages of a list, by cursor',
			config: {
				connection_id: 3,
				path: 'v1/customers',
				base_record: '$.data',
				pagination: { scheme: 'cursor', cursor_path: '$.next', cursor_param: 'after' },
				fields: [
					{ name: 'id', type: 'integer' },
					{ name: 'email', type: 'string' },
				],
			},
			given: [],
			outside: {
				answers: [
					{ data: [{ id: 1, email: 'a@example.com' }], next: 'c2' },
					{ data: [{ id: 2, email: 'b@example.com' }], next: null },
				],
			},
			then: {
				out: {
					schema: { id: 'integer', email: 'string' },
					rows: [
						[1, 'a@example.com'],
						[2, 'b@example.com'],
					],
				},
			},
			ordered: true,
		},
	],
});
