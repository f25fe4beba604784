import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const auditEvents = sqliteTable('audit_events', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	at: integer('at').notNull(),
	accountId: integer('account_id'),
	userId: integer('user_id'),
	grantId: integer('grant_id'),
	surface: text('surface').$type<'mcp' | 'admin'>().notNull(),
	/** A tool's name, or the administration API's verb. */
	action: text('action').notNull(),
	/** `package:12`, `run:7` … */
	target: text('target'),
	outcome: text('outcome').$type<'ok' | 'error' | 'denied'>().notNull(),
	errorCode: text('error_code'),
	durationMs: integer('duration_ms').notNull(),
	/** SHA-256 of the canonical arguments. */
	argumentsDigest: text('arguments_digest'),
	requestId: text('request_id').notNull(),
	/** W3C trace context. */
	traceId: text('trace_id'),
	/** Of the response that carried the answer; null where it is not known. */
	httpStatus: integer('http_status'),
	/** Code of the JSON-RPC error, where the answer was one. */
	rpcCode: integer('rpc_code'),
	/** Whether the tool's result said that it failed; null where there was no result. */
	isError: integer('is_error', { mode: 'boolean' }),
});
