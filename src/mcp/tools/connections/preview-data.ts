import * as z from 'zod';
import { previewSchema } from '../../../model/views/connection.ts';
import { previewData as preview } from '../../../operations/connections/preview-data.ts';
import { defineTool } from '../../tool.ts';
import { connectionId } from '../arguments.ts';

export const previewData = defineTool({
	name: 'preview_data',
	title: 'Preview rows of a table',
	description:
		'Columns and a few rows of one database table, to look at data before building on it. Only for databases; reads at most 200 rows, for more run a package.',
	toolset: 'connections',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
	input: z.strictObject({
		connection_id: connectionId,
		table: z.string().min(1).max(200).describe('From discover_schema.'),
		schema_name: z.string().max(200).optional().describe("The database's own schema; its default when left out."),
		row_count: z.int().min(1).max(200).default(20).describe('Rows wanted.'),
		where_clause: z
			.string()
			.max(4000)
			.optional()
			.describe('One condition over the columns without the word WHERE, e.g. amount > 1000; no semicolons, comments or subqueries.'),
	}),
	output: previewSchema,
	grows: ['row_count'],
	userData: ['rows'],
	run: (input, { operations, principal }) => preview(operations, principal, input),
});
