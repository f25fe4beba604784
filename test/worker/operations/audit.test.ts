import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import type { Logger } from '../../../src/lib/log.ts';
import { recordAdminUse, recordToolCall } from '../../../src/operations/audit/record.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, world } from './world.ts';

beforeEach(freshGateway);

const call = {
	tool: 'list_runs',
	target: 'run:7',
	outcome: 'error',
	errorCode: 'not_found',
	durationMs: 12.6,
	argumentsDigest: 'ab12',
	requestId: 'r-1',
} as const;

test('a tool call is one row: who, through what, what about, how it ended', async () => {
	const { context, settled } = world();
	const { principal } = await anOwner(context, 'acme');
	recordToolCall(context, principal, call);
	await settled();
	const { results } = await env.DB.prepare('SELECT * FROM audit_events').all();
	expect(results).toEqual([
		{
			id: 1,
			at: context.clock(),
			account_id: 1,
			user_id: 1,
			grant_id: 1,
			surface: 'mcp',
			action: 'list_runs',
			target: 'run:7',
			outcome: 'error',
			error_code: 'not_found',
			duration_ms: 13,
			arguments_digest: 'ab12',
			request_id: 'r-1',
			trace_id: null,
		},
	]);
});

test('a refused use of the administration API is a row without an account', async () => {
	const { context, settled } = world();
	recordAdminUse(context, {
		action: 'POST /api/admin/accounts',
		target: null,
		outcome: 'denied',
		errorCode: 'unauthenticated',
		durationMs: 1,
		requestId: 'r-2',
		accountId: null,
	});
	await settled();
	const { results } = await env.DB.prepare('SELECT surface, outcome, account_id, user_id FROM audit_events').all();
	expect(results).toEqual([{ surface: 'admin', outcome: 'denied', account_id: null, user_id: null }]);
});

test('a record that cannot be written is a line in the log, without the values, and breaks nothing', async () => {
	const { context, settled } = world();
	const { principal } = await anOwner(context, 'acme');
	await env.DB.prepare('DROP TABLE audit_events').run();
	const lines: string[] = [];
	const log: Logger = { ...context.log, error: (message, fields) => lines.push(JSON.stringify({ message, ...fields })) };
	recordToolCall({ ...context, log }, principal, { ...call, argumentsDigest: 'canary-4711' });
	await settled();
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('no such table: audit_events');
	expect(lines[0]).not.toContain('canary-4711');
});
