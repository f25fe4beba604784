import * as z from 'zod';
import { discoverFileSchema as discover } from '../../../operations/connections/discover-file-schema.ts';
import { defineTool } from '../../tool.ts';
import { connectionId } from '../arguments.ts';

export const discoverFileSchema = defineTool({
	name: 'discover_file_schema',
	title: 'Discover columns of a file or API',
	description:
		'Columns of a file (delimited, JSON, NDJSON, Parquet, Excel; compressed ones too) on a file storage connection, or of the records that an API gives on its first page, with types. fields, base_record and pagination go as they are into cloud_storage_source_component or rest_api_source_component. For tables use discover_schema.',
	toolset: 'connections',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
	task: 'work',
	input: z.strictObject({
		connection_id: connectionId,
		path: z.string().min(1).max(1024).describe('Object, folder or glob (a wrong one is answered with the nearest); path below the address of an API.'),
		bucket: z.string().max(255).optional().describe("The connection's own when left out."),
		record_type: z.enum(['delimited', 'json', 'ndjson', 'parquet', 'excel', 'raw']).optional().describe('From the extension when left out; json of an API.'),
		base_record: z.string().max(500).optional().describe('JSON: JSONPath of the records, e.g. $.data; of an API found when left out.'),
		query: z.record(z.string(), z.string()).optional().describe('API: query parameters.'),
		sheet: z.string().max(100).optional().describe('Of an Excel file; the first when left out.'),
		delimiter: z.string().max(2).optional().describe('Comma unless given; \\t is a tab.'),
		header_row: z.boolean().optional().describe('True unless given.'),
		quote: z.string().max(1).optional().describe('" unless given; empty for none.'),
		escape: z.string().max(1).optional().describe('Before a quote; doubled when left out.'),
		record_delimiter: z.enum(['new_line', 'end_of_file']).optional().describe('new_line unless given.'),
		char_encoding: z.string().max(40).optional().describe('utf-8 unless given.'),
		lines: z.int().min(2).max(100_000).optional().describe('Lines to look at; the first megabyte unless given.'),
	}),
	output: z.object({
		connection_id: z.int(),
		path: z.string(),
		field_count: z.int(),
		column_names: z.array(z.string()),
		fields: z.array(z.object({ name: z.string(), type: z.string() })),
		base_record: z.string().optional(),
		pagination: z.enum(['auto', 'none']).optional().describe('API: auto where the answer names its next page.'),
		sample: z.array(z.record(z.string(), z.unknown())).optional().describe('API: first records.'),
	}),
	userData: ['column_names', 'fields', 'sample'],
	run: (input, { operations, principal }) => discover(operations, principal, input),
});
