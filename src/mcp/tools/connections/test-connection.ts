import * as z from 'zod';
import { testConnection as check } from '../../../operations/connections/try-connection.ts';
import { defineTool } from '../../tool.ts';
import { connectionId } from '../arguments.ts';

export const testConnection = defineTool({
	name: 'test_connection',
	title: 'Test a connection',
	description:
		"Connects to a connection's system and does a little of what a run would do: success, or error_message with what failed. Use it after a run failed with an upstream error; list_connections include_health shows the last outcome without connecting.",
	toolset: 'connections',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
	task: 'work',
	input: z.strictObject({
		connection_id: connectionId,
		connection_type: z.string().max(50).optional().describe('What you take it for, as list_connections shows it; refused if it is another.'),
	}),
	output: z.object({
		connection_id: z.int(),
		success: z.boolean(),
		error_message: z.string().nullable(),
		latency_ms: z.number(),
		message: z.string(),
	}),
	userData: ['error_message'],
	run: (input, { operations, principal }) => check(operations, principal, input),
});
