import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { exchangeCode } from '../../../src/auth/token.ts';
import { MINUTE } from '../../../src/lib/time.ts';
import { resolveToken } from '../../../src/operations/tokens/resolve.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aClient, anAuthorization, RULES, VERIFIER } from './authorization.ts';

beforeEach(freshGateway);

const liveGrants = async () => (await env.DB.prepare("SELECT name, scopes FROM grants WHERE kind = 'oauth' AND revoked_at IS NULL").all()).results;

describe('an authorization code', () => {
	test('gives a token pair for exactly what was consented to', async () => {
		const { context, port, client, code, form } = await anAuthorization();
		const answer = await exchangeCode(form(await code({ scopes: ['read', 'run'] })), client, port, RULES, context.clock());
		expect(answer).toMatchObject({
			ok: true,
			value: {
				token_type: 'Bearer',
				expires_in: 3600,
				scope: 'read run',
				access_token: expect.stringMatching(/^hga_/),
				refresh_token: expect.stringMatching(/^hgr_/),
			},
		});
		const resolved = await resolveToken(context, answer.ok ? answer.value.access_token : '');
		expect(resolved).toMatchObject({ ok: true, principal: { account: { slug: 'acme' }, grant: { kind: 'oauth', name: 'Claude Code' } } });
		expect(resolved.ok && [...resolved.principal.scopes].sort()).toEqual(['read', 'run']);
		expect(await resolveToken(context, answer.ok ? (answer.value.refresh_token ?? '') : '')).toEqual({ ok: false, reason: 'unknown' });
	});

	test('used twice is refused, and what its first use granted ends', async () => {
		const { context, port, client, code, form } = await anAuthorization();
		const once = await code();
		const answer = await exchangeCode(form(once), client, port, RULES, context.clock());
		expect(await exchangeCode(form(once), client, port, RULES, context.clock())).toMatchObject({ ok: false, reason: { tag: 'invalid_code' } });
		expect(await resolveToken(context, answer.ok ? answer.value.access_token : '')).toMatchObject({ ok: false, reason: 'revoked' });
	});

	test('is worth nothing to another client, with another verifier, another way back, another resource, or after a minute', async () => {
		const { context, port, client, code, form, advance } = await anAuthorization();
		const other = await aClient(context, 'Other');
		const tag = async (parameters: URLSearchParams, by = client) => {
			const answer = await exchangeCode(parameters, by, port, RULES, context.clock());
			return answer.ok ? 'granted' : answer.reason.tag;
		};
		const one = await code();
		expect(await tag(form(one), other)).toBe('invalid_code');
		expect(await tag(form(one, { code_verifier: `${VERIFIER}x` }))).toBe('verifier_mismatch');
		expect(await tag(form(one, { redirect_uri: 'http://localhost:4001/callback' }))).toBe('invalid_code');
		expect(await tag(form(one, { resource: 'https://headgate.test/other/api/mcp' }))).toBe('unknown_resource');
		expect(await tag(form(`${one}x`))).toBe('invalid_code');
		expect(await tag(form(one, { resource: 'https://headgate.test/acme/api/mcp/' }))).toBe('granted');
		const late = await code();
		advance(MINUTE);
		expect(await tag(form(late))).toBe('invalid_code');
	});

	test('of a client that was authorized before replaces its former grant, even after it registered anew', async () => {
		const { context, port, client, code, form } = await anAuthorization();
		const first = await exchangeCode(form(await code()), client, port, RULES, context.clock());
		const again = await aClient(context, 'Claude Code');
		const second = await exchangeCode(form(await code({ client: again, scopes: ['read'] })), again, port, RULES, context.clock());
		expect(await liveGrants()).toEqual([{ name: 'Claude Code', scopes: 'read' }]);
		expect(await resolveToken(context, first.ok ? first.value.access_token : '')).toMatchObject({ ok: false, reason: 'revoked' });
		expect((await resolveToken(context, second.ok ? second.value.access_token : '')).ok).toBe(true);
	});

	test('of another client leaves the first one alone', async () => {
		const { context, port, client, code, form } = await anAuthorization();
		const other = await aClient(context, 'Cursor');
		await exchangeCode(form(await code()), client, port, RULES, context.clock());
		await exchangeCode(form(await code({ client: other })), other, port, RULES, context.clock());
		expect(await liveGrants()).toHaveLength(2);
	});

	test('with an end date gives tokens that do not outlive it', async () => {
		const { context, port, client, code, form, advance } = await anAuthorization();
		const day = await exchangeCode(form(await code({ days: 1 })), client, port, { ...RULES, accessTokenHours: 24 }, context.clock());
		const token = day.ok ? day.value.access_token : '';
		advance(24 * 60 * MINUTE - 1);
		expect((await resolveToken(context, token)).ok).toBe(true);
		advance(1);
		expect(await resolveToken(context, token)).toMatchObject({ ok: false, reason: 'expired' });
	});

	test('exchanged by twelve at once has one winner, and the replay ends even that grant', { timeout: 120_000 }, async () => {
		const { context, port, client, code, form } = await anAuthorization();
		const rounds = 200;
		let winners = 0;
		for (let round = 0; round < rounds; round++) {
			const contested = await code();
			const answers = await Promise.all(Array.from({ length: 12 }, () => exchangeCode(form(contested), client, port, RULES, context.clock())));
			const won = answers.filter((answer) => answer.ok);
			const lost = answers.flatMap((answer) => (answer.ok ? [] : [answer.reason.tag]));
			expect([won.length, new Set(lost)]).toEqual([1, new Set(['invalid_code'])]);
			winners += won.length;
		}
		expect(winners).toBe(rounds);
		expect(await liveGrants()).toEqual([]);
	});
});
