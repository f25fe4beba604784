import * as z from 'zod';

export const auditOutcomeSchema = z.enum(['ok', 'error', 'denied']);

export const auditEventSchema = z.object({
	id: z.int(),
	at: z.string(),
	user: z.string().nullable(),
	grant_id: z.int().nullable(),
	grant: z.string().nullable().describe('Name in Connected Applications.'),
	grant_kind: z.enum(['oauth', 'pat', 'client']).nullable(),
	client: z.string().nullable().describe('OAuth client.'),
	surface: z.enum(['mcp', 'admin']),
	tool: z.string(),
	target: z.string().nullable(),
	outcome: auditOutcomeSchema,
	error_code: z.string().nullable(),
	http_status: z.int().nullable(),
	rpc_code: z.int().nullable().describe('JSON-RPC error.'),
	is_error: z.boolean().nullable().describe("The result's isError."),
	duration_ms: z.int(),
	arguments_digest: z.string().nullable().describe('SHA-256.'),
	request_id: z.string(),
});
export type AuditEventView = z.infer<typeof auditEventSchema>;
