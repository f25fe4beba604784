import { z } from 'zod';
import { connectionItemSchema } from '../../../model/views/connection.ts';
import { listConnections as list } from '../../../operations/connections/list.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, page } from '../arguments.ts';

export const listConnections = defineTool({
	name: 'list_connections',
	title: 'List connections',
	description:
		'Connections to databases, file stores and APIs: id, name, type, status. For host, database and fitting components use get_connection; never shows a credential.',
	toolset: 'connections',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		connection_type_filter: z.string().max(50).optional().describe('A type as this list shows it, e.g. sqlite or r2.'),
		...page(50, 200),
	}),
	output: z.object({ connections: z.array(connectionItemSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
