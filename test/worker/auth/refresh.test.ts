import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { exchangeCode, refresh, revoke, type TokenAnswer } from '../../../src/auth/token.ts';
import { DAY } from '../../../src/lib/time.ts';
import { resolveToken } from '../../../src/operations/tokens/resolve.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { type Authorization, aClient, anAuthorization, RULES } from './authorization.ts';

beforeEach(freshGateway);

async function signedIn(): Promise<
	Authorization & { readonly first: TokenAnswer; again(token: string | undefined, more?: Record<string, string>): ReturnType<typeof refresh> }
> {
	const authorization = await anAuthorization();
	const { context, port, client, code, form } = authorization;
	const answer = await exchangeCode(form(await code()), client, port, RULES, context.clock());
	if (!answer.ok) throw new Error(answer.reason.tag);
	return {
		...authorization,
		first: answer.value,
		again: (token, more = {}) =>
			refresh(new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token ?? '', ...more }), client, port, RULES, context.clock()),
	};
}

describe('a refresh token', () => {
	test('is replaced by a new pair, and the old access token goes on until it expires', async () => {
		const { context, first, again } = await signedIn();
		const next = await again(first.refresh_token);
		expect(next).toMatchObject({ ok: true, value: { scope: 'read write run', expires_in: 3600 } });
		expect(next.ok && next.value.refresh_token).not.toBe(first.refresh_token);
		expect((await resolveToken(context, first.access_token)).ok).toBe(true);
		expect((await resolveToken(context, next.ok ? next.value.access_token : '')).ok).toBe(true);
	});

	test('still answers inside the grace window, counted from its first use', async () => {
		const { first, again, advance } = await signedIn();
		await again(first.refresh_token);
		advance(29_000);
		expect((await again(first.refresh_token)).ok).toBe(true);
		advance(2_000);
		expect(await again(first.refresh_token)).toMatchObject({ ok: false, reason: { tag: 'invalid_refresh_token' } });
	});

	test('used again long after it was replaced ends the grant, and the reason is kept', async () => {
		const { context, first, again, advance } = await signedIn();
		const next = await again(first.refresh_token);
		advance(31_000);
		await again(first.refresh_token);
		expect(await resolveToken(context, next.ok ? next.value.access_token : '')).toMatchObject({ ok: false, reason: 'revoked' });
		expect((await again(next.ok ? next.value.refresh_token : '')).ok).toBe(false);
		const kept = await env.DB.prepare("SELECT revoke_reason AS reason FROM grants WHERE kind = 'oauth'").first<{ reason: string }>();
		expect(kept?.reason).toContain('used again');
	});

	test('can give less than was granted, never more', async () => {
		const { context, first, again } = await signedIn();
		const less = await again(first.refresh_token, { scope: 'read' });
		expect(less).toMatchObject({ ok: true, value: { scope: 'read' } });
		const resolved = await resolveToken(context, less.ok ? less.value.access_token : '');
		expect(resolved.ok && [...resolved.principal.scopes]).toEqual(['read']);
		const all = await again(less.ok ? less.value.refresh_token : '', { scope: 'read write run admin' });
		expect(all).toMatchObject({ ok: true, value: { scope: 'read write run' } });
	});

	test('is worth nothing to another client, past its idle time, or once the member is gone', async () => {
		const { context, port, first, again, advance, userId } = await signedIn();
		const other = await aClient(context, 'Other');
		const form = new URLSearchParams({ refresh_token: first.refresh_token ?? '' });
		expect((await refresh(form, other, port, RULES, context.clock())).ok).toBe(false);
		await env.DB.prepare('DELETE FROM members WHERE user_id = ?').bind(userId).run();
		expect((await again(first.refresh_token)).ok).toBe(false);
		await env.DB.prepare("INSERT INTO members (account_id, user_id, role, created_at) VALUES (1, ?, 'owner', 0)").bind(userId).run();
		advance(90 * DAY);
		expect((await again(first.refresh_token)).ok).toBe(false);
	});

	test('given back ends the whole grant; given back by another client it ends nothing', async () => {
		const { context, port, client, first } = await signedIn();
		const form = new URLSearchParams({ token: first.refresh_token ?? '' });
		expect(await revoke(form, await aClient(context, 'Other'), port, context.clock())).toEqual({ ok: true, value: null });
		expect((await resolveToken(context, first.access_token)).ok).toBe(true);
		expect(await revoke(form, client, port, context.clock())).toEqual({ ok: true, value: null });
		expect(await resolveToken(context, first.access_token)).toMatchObject({ ok: false, reason: 'revoked' });
		expect(await revoke(new URLSearchParams({ token: 'hga_unknown' }), client, port, context.clock())).toEqual({ ok: true, value: null });
	});

	test('used by eight at once gives every one a usable pair, and nobody is signed out', { timeout: 120_000 }, async () => {
		const { context, first, again, advance } = await signedIn();
		let token = first.refresh_token;
		for (let round = 0; round < 200; round++) {
			const answers = await Promise.all(Array.from({ length: 8 }, () => again(token)));
			expect(answers.filter((answer) => !answer.ok)).toEqual([]);
			const last = answers[round % 8];
			const usable = await resolveToken(context, last?.ok ? last.value.access_token : '');
			expect(usable.ok).toBe(true);
			token = last?.ok ? last.value.refresh_token : undefined;
			advance(1000);
		}
		expect(await env.DB.prepare("SELECT count(*) AS live FROM grants WHERE kind = 'oauth' AND revoked_at IS NULL").first()).toEqual({ live: 1 });
	});
});
