import * as z from 'zod';
import { connectionHealthSchema } from '../../../model/views/connection.ts';
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
		include_health: z.boolean().default(false).describe('Adds when each was last tried and the outcome; to try one use test_connection.'),
		...page(50, 200),
	}),
	output: z.object({ connections: z.array(connectionHealthSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
