import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Logger } from '../../../src/lib/log.ts';
import { archiveAudit } from '../../../src/operations/audit/archive.ts';
import { listAuditEvents } from '../../../src/operations/audit/list.ts';
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
	httpStatus: 200,
	rpcCode: null,
	isError: true,
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
			http_status: 200,
			rpc_code: null,
			is_error: 1,
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

describe('the list of events', () => {
	/** Five events of one account, a minute apart; the third about another run, the fourth without an error. */
	async function someEvents() {
		const made = world();
		const { principal } = await anOwner(made.context, 'acme');
		const other = await anOwner(made.context, 'globex');
		for (let i = 1; i <= 5; i++) {
			const over = i === 3 ? { target: 'run:8' } : i === 4 ? ({ outcome: 'ok', errorCode: null, isError: false } as const) : {};
			recordToolCall(made.context, principal, { ...call, requestId: `r-${i}`, ...over });
			recordToolCall(made.context, other.principal, { ...call, requestId: 'not-theirs' });
			await made.settled();
			made.advance(60_000);
		}
		return { ...made, principal };
	}
	type Made = Awaited<ReturnType<typeof someEvents>>;
	const requests = async ({ context, principal }: Made, input: Parameters<typeof listAuditEvents>[2]) =>
		(await listAuditEvents(context, principal, input)).events.map(({ request_id }) => request_id);

	test('tells who, through what, and how it ended at every level', async () => {
		const made = await someEvents();
		const { events } = await listAuditEvents(made.context, made.principal, { limit: 1 });
		expect(events).toEqual([
			{
				id: expect.any(Number),
				at: '2026-01-01T00:04:00.000Z',
				user: 'owner@acme.test',
				grant_id: 1,
				grant: 'test',
				grant_kind: 'pat',
				client: null,
				surface: 'mcp',
				tool: 'list_runs',
				target: 'run:7',
				outcome: 'error',
				error_code: 'not_found',
				http_status: 200,
				rpc_code: null,
				is_error: true,
				duration_ms: 13,
				arguments_digest: 'ab12',
				request_id: 'r-5',
			},
		]);
	});

	test.each(['in the index', 'partly in R2', 'all in R2'])('pages and filters the same with the events %s', async (where) => {
		const made = await someEvents();
		const before = where === 'in the index' ? 0 : where === 'all in R2' ? made.context.clock() : Date.UTC(2026, 0, 1, 0, 2);
		await archiveAudit(made.context, before);
		const { n } = (await env.DB.prepare('SELECT count(*) AS n FROM audit_events').first<{ n: number }>()) ?? { n: -1 };
		expect(n).toBe(where === 'in the index' ? 10 : where === 'all in R2' ? 0 : 6);
		const seen: string[] = [];
		let cursor: string | null | undefined;
		for (let pages = 0; cursor !== null && pages < 9; pages++) {
			const page: Awaited<ReturnType<typeof listAuditEvents>> = await listAuditEvents(made.context, made.principal, {
				limit: 2,
				...(cursor === undefined ? {} : { cursor }),
			});
			seen.push(...page.events.map(({ request_id }) => request_id));
			cursor = page.next_cursor;
		}
		expect(seen).toEqual(['r-5', 'r-4', 'r-3', 'r-2', 'r-1']);
		expect(await requests(made, { target: 'run:8' })).toEqual(['r-3']);
		expect(await requests(made, { outcome: 'ok' })).toEqual(['r-4']);
		expect(await requests(made, { outcome: 'error', tool: 'list_runs' })).toEqual(['r-5', 'r-3', 'r-2', 'r-1']);
		expect(await requests(made, { tool: 'run_package' })).toEqual([]);
		expect(await requests(made, { user: 'owner@acme.test', since: '2026-01-01T00:01:00Z', until: '2026-01-01T00:03:00Z' })).toEqual(['r-3', 'r-2']);
		expect(await requests(made, { user: 'owner@globex.test' })).toEqual([]);
	});
});
