import * as z from 'zod';
import { connectionDetailSchema } from '../../../model/views/connection.ts';
import { getConnection as get } from '../../../operations/connections/get.ts';
import { defineTool } from '../../tool.ts';
import { connectionId } from '../arguments.ts';

export const getConnection = defineTool({
	name: 'get_connection',
	title: 'Get a connection',
	description:
		'One connection: its settings without credentials (host, port, database …), when it was last checked, and suggested_components: the component types to use with it. For its tables use discover_schema.',
	toolset: 'connections',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ connection_id: connectionId }),
	output: connectionDetailSchema,
	run: (input, { operations, principal }) => get(operations, principal, input),
});
