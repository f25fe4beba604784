import * as z from 'zod';
import { discoveredSchema } from '../../../model/views/connection.ts';
import { discoverSchema as discover } from '../../../operations/connections/discover-schema.ts';
import { defineTool } from '../../tool.ts';
import { connectionId } from '../arguments.ts';

export const discoverSchema = defineTool({
	name: 'discover_schema',
	title: 'Discover tables and columns',
	description: 'Tables that a database connection reaches; with table, the columns of that one. Only for databases. For rows use preview_data.',
	toolset: 'connections',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
	task: 'work',
	input: z.strictObject({
		connection_id: connectionId,
		schema_name: z.string().max(200).optional().describe("The database's own schema; its default when left out."),
		table: z.string().max(200).optional().describe('Columns of this table instead of the list.'),
		search: z.string().max(200).optional().describe("Part of a table's name, any case."),
		limit: z.int().min(1).max(500).default(100).describe('Tables a page.'),
		offset: z.int().min(0).default(0).describe('next_offset of the page before.'),
	}),
	output: discoveredSchema,
	grows: ['limit'],
	userData: ['tables'],
	run: (input, { operations, principal }) => discover(operations, principal, input),
});
