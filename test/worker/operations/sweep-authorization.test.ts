import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { exchangeCode, refresh } from '../../../src/auth/token.ts';
import worker from '../../../src/index.ts';
import { DAY, HOUR, MINUTE } from '../../../src/lib/time.ts';
import { attempt } from '../../../src/operations/authorization/attempts.ts';
import { beginSession } from '../../../src/operations/authorization/sessions.ts';
import { sweep } from '../../../src/operations/maintenance/sweep.ts';
import { sweepAuthorization } from '../../../src/operations/maintenance/sweep-authorization.ts';
import { resolveToken } from '../../../src/operations/tokens/resolve.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aClient, anAuthorization, RULES } from '../auth/authorization.ts';

beforeEach(freshGateway);

const NOTHING = { codes: 0, sessions: 0, links: 0, attempts: 0, clients: 0, documents: 0 };
const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first('n');

describe('the clean-up', () => {
	test('leaves alone what is in use', async () => {
		const { context, client, code, port, form, userId } = await anAuthorization();
		await beginSession(context.store, userId, { method: 'password', strong: false, former: null, address: 'local', userAgent: '' }, context.clock());
		await attempt(context.store, { name: 'x', most: 5, windowMs: HOUR }, 'key', context.clock());
		await exchangeCode(form(await code()), client, port, RULES, context.clock());
		expect(await sweepAuthorization(context)).toEqual(NOTHING);
	});

	test('removes sessions and windows of attempts once they have ended, and codes a day later', async () => {
		const { context, client, code, port, form, userId, advance } = await anAuthorization();
		await exchangeCode(form(await code()), client, port, RULES, context.clock());
		await beginSession(context.store, userId, { method: 'password', strong: false, former: null, address: 'local', userAgent: '' }, context.clock());
		await attempt(context.store, { name: 'x', most: 5, windowMs: HOUR }, 'key', context.clock());
		advance(HOUR + 5 * MINUTE);
		expect(await sweepAuthorization(context)).toEqual({ ...NOTHING, attempts: 1 });
		advance(DAY);
		expect(await sweepAuthorization(context)).toEqual({ ...NOTHING, codes: 1 });
		advance(14 * DAY);
		expect(await sweepAuthorization(context)).toEqual({ ...NOTHING, sessions: 1 });
	});

	test('removes clients that registered and never came back after a day, and never one with a live grant', async () => {
		const { context, client, code, port, form, advance } = await anAuthorization();
		await aClient(context, 'Never used');
		await exchangeCode(form(await code()), client, port, RULES, context.clock());
		advance(DAY + 1);
		expect(await sweepAuthorization(context)).toMatchObject({ clients: 1 });
		advance(200 * DAY);
		expect(await sweepAuthorization(context)).toMatchObject({ clients: 0 });
		expect(await count('oauth_clients')).toBe(1);
	});

	test('ends a grant whose tokens ran out, says so, and then lets its client go', async () => {
		const { context, client, code, port, form, advance } = await anAuthorization();
		await exchangeCode(form(await code()), client, port, RULES, context.clock());
		advance(90 * DAY + 30 * DAY + MINUTE);
		expect(await sweep(context)).toMatchObject({ tokens: 2 });
		const grant = await env.DB.prepare("SELECT revoke_reason FROM grants WHERE kind = 'oauth'").first('revoke_reason');
		expect(grant).toBe('It was not used for so long that its tokens ran out.');
		expect(await sweepAuthorization(context)).toMatchObject({ clients: 1 });
	});

	test('keeps a client that only ever refreshes', async () => {
		const { context, client, code, port, form, advance } = await anAuthorization();
		const first = await exchangeCode(form(await code()), client, port, RULES, context.clock());
		let token = first.ok ? (first.value.refresh_token ?? '') : '';
		for (let month = 0; month < 8; month++) {
			advance(30 * DAY);
			const next = await refresh(new URLSearchParams({ refresh_token: token }), client, port, RULES, context.clock());
			if (!next.ok) throw new Error(next.reason.tag);
			token = next.value.refresh_token ?? '';
			await sweep(context);
			expect(await sweepAuthorization(context)).toMatchObject({ clients: 0 });
			expect((await resolveToken(context, next.value.access_token)).ok).toBe(true);
		}
		const used = await env.DB.prepare('SELECT last_used_at FROM oauth_clients WHERE id = ?').bind(client.id).first('last_used_at');
		expect(used).toBe(context.clock());
	});

	test('removes metadata documents that have been stale for a month and that nobody holds a grant of', async () => {
		const { context, advance } = await anAuthorization();
		const insert = env.DB.prepare(
			`INSERT INTO oauth_clients (id, kind, name, redirect_uris, auth_method, grant_types, created_at, fresh_until)
				VALUES ('https://app.example/c.json', 'document', 'App', '[]', 'none', '[]', ?1, ?1)`,
		);
		await insert.bind(context.clock()).run();
		advance(30 * DAY);
		expect(await sweepAuthorization(context)).toMatchObject({ documents: 0 });
		advance(1);
		expect(await sweepAuthorization(context)).toMatchObject({ documents: 1 });
	});

	test('takes thousands of rows in bounded steps, and never everything at once', async () => {
		const { context } = await anAuthorization();
		const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10600) INSERT INTO attempts SELECT 'k' || i, 0, 1, 1 FROM n";
		await env.DB.prepare(rows).run();
		expect(await sweepAuthorization(context)).toMatchObject({ attempts: 10_000 });
		expect(await sweepAuthorization(context)).toMatchObject({ attempts: 600 });
	});

	test('runs on the cron trigger', async () => {
		await env.DB.prepare("INSERT INTO attempts VALUES ('old', 0, 1, 1)").run();
		const context = createExecutionContext();
		await worker.scheduled(createScheduledController({ cron: '*/10 * * * *' }), env);
		await waitOnExecutionContext(context);
		expect(await count('attempts')).toBe(0);
	});
});
