import * as z from 'zod';
import { auditEventSchema, auditOutcomeSchema } from '../../../model/views/audit.ts';
import { listAuditEvents as list } from '../../../operations/audit/list.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, page } from '../arguments.ts';

export const listAuditEvents = defineTool({
	name: 'list_audit_events',
	title: 'List audit events',
	description:
		'Who called which tool, newest first: member, grant and client, target, outcome (also denied calls) at HTTP, JSON-RPC and isError level, duration, digest of the arguments. Tool (request): refused before any, one a minute for each token and reason. Two years back. next_cursor may come with few events: go on with it.',
	toolset: 'account',
	scope: 'admin',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		tool: z.string().max(64).optional().describe('Only calls of this tool.'),
		target: z
			.string()
			.regex(/^(package|run|connection|schedule|cluster):\d{1,15}$/)
			.optional()
			.describe('Only calls about it, e.g. package:12 or run:7.'),
		outcome: auditOutcomeSchema.optional().describe('Only calls that ended so.'),
		user: z.string().max(254).optional().describe('Only calls of this member, by email address.'),
		since: z.string().max(40).optional().describe('Then or later: ISO 8601 (UTC), or ago: 24h, 7d.'),
		until: z.string().max(40).optional().describe('Before this.'),
		...page(50, 200),
	}),
	output: z.object({ events: z.array(auditEventSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
