import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DAY, MINUTE } from '../../../src/lib/time.ts';
import { createToken } from '../../../src/operations/provisioning/tokens.ts';
import { createUser } from '../../../src/operations/provisioning/users.ts';
import { resolveToken } from '../../../src/operations/tokens/resolve.ts';
import { openStore } from '../../../src/store/store.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { countingDatabase } from '../store/counting-database.ts';
import { anOwner, world } from './world.ts';

beforeEach(freshGateway);

const token = { account: 'acme', user: 'owner@acme.test', name: 'laptop', scopes: ['read', 'write'], expires_in: null } as const;

test('a token is its account, user, role and what is left of its scopes, read in one statement of at most six rows', async () => {
	const { context } = world();
	await anOwner(context, 'acme');
	const made = await createToken(context, { ...token, tools: ['list_runs'] });
	const counting = countingDatabase(env.DB);
	const resolved = await resolveToken({ ...context, store: openStore(counting.database) }, made.token);
	expect(resolved).toEqual({
		ok: true,
		principal: {
			account: { id: 1, slug: 'acme', name: 'acme', toolsRevision: 0 },
			user: { id: 1, email: 'owner@acme.test' },
			role: 'owner',
			grant: { id: made.grant_id, name: 'laptop', kind: 'pat' },
			scopes: new Set(['write', 'read']),
			tools: new Set(['list_runs']),
			readOnly: false,
		},
	});
	const { statements, rowsRead } = counting.take();
	expect(statements).toBe(1);
	expect(rowsRead).toBeLessThanOrEqual(6);
});

test('unknown, malformed, empty and endless bearers are unknown', async () => {
	const { context } = world();
	const { token: real } = await anOwner(context, 'acme');
	for (const bearer of ['', 'mcp_', `${real}x`, real.slice(0, -1), real.toUpperCase(), 'x'.repeat(100_000)]) {
		expect(await resolveToken(context, bearer)).toEqual({ ok: false, reason: 'unknown' });
	}
});

test('an expired token, a revoked grant, a closed gateway and a lost membership are told apart', async () => {
	const { context, advance } = world();
	const { token: lasting } = await anOwner(context, 'acme');
	const short = await createToken(context, { ...token, expires_in: DAY });
	const revoked = await createToken(context, token);
	await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = ?').bind(revoked.grant_id).run();
	expect(await resolveToken(context, revoked.token)).toMatchObject({ ok: false, reason: 'revoked' });
	advance(DAY - 1);
	expect(await resolveToken(context, short.token)).toMatchObject({ ok: true });
	advance(1);
	expect(await resolveToken(context, short.token)).toMatchObject({ ok: false, reason: 'expired' });
	await env.DB.prepare('UPDATE accounts SET gateway_enabled = 0').run();
	expect(await resolveToken(context, lasting)).toMatchObject({ ok: false, reason: 'gateway_disabled' });
	await env.DB.prepare('DELETE FROM members').run();
	expect(await resolveToken(context, lasting)).toMatchObject({ ok: false, reason: 'not_a_member' });
});

test('demotion holds at the next call, and read-only leaves only read', async () => {
	const { context } = world();
	await anOwner(context, 'acme');
	const admin = await createToken(context, { ...token, scopes: ['admin'] });
	const reader = await createToken(context, { ...token, scopes: ['admin'], read_only: true });
	expect(await resolveToken(context, reader.token)).toMatchObject({ principal: { scopes: new Set(['read']), readOnly: true } });
	await createUser(context, { email: 'owner@acme.test', account: 'acme', role: 'editor' });
	expect(await resolveToken(context, admin.token)).toMatchObject({ principal: { scopes: new Set(['write', 'run', 'read']) } });
	await createUser(context, { email: 'owner@acme.test', account: 'acme', role: 'viewer' });
	expect(await resolveToken(context, admin.token)).toMatchObject({ principal: { scopes: new Set(['read']) } });
});

test('its last use is written at most every five minutes, however many use it at once', async () => {
	const { context, advance, settled } = world();
	const { token: bearer } = await anOwner(context, 'acme');
	await settled();
	const lastUsed = async () => (await env.DB.prepare('SELECT last_used_at FROM grants').first<{ last_used_at: number }>())?.last_used_at;
	const begin = context.clock();
	expect(await lastUsed()).toBe(begin);
	advance(5 * MINUTE - 1);
	await Promise.all(Array.from({ length: 10 }, () => resolveToken(context, bearer)));
	await settled();
	expect(await lastUsed()).toBe(begin);
	advance(1);
	const answers = await Promise.all(Array.from({ length: 10 }, () => resolveToken(context, bearer)));
	await settled();
	expect(answers.every((answer) => answer.ok)).toBe(true);
	expect(await lastUsed()).toBe(begin + 5 * MINUTE);
});

test('a refresh token opens nothing', async () => {
	const { context } = world();
	const { token: bearer } = await anOwner(context, 'acme');
	await env.DB.prepare(`UPDATE tokens SET kind = 'refresh'`).run();
	expect(await resolveToken(context, bearer)).toEqual({ ok: false, reason: 'unknown' });
});

test('a client has one live grant a member, and a new one once the old is revoked', async () => {
	const { context } = world();
	await anOwner(context, 'acme');
	const grant = env.DB.prepare(
		`INSERT INTO grants (account_id, user_id, kind, name, client_key, scopes, created_at) VALUES (1, 1, 'oauth', 'Claude Code', 'https://claude.test/client', 'read', 1)`,
	);
	await grant.run();
	await expect(grant.run()).rejects.toThrow(/UNIQUE/);
	await env.DB.prepare(`UPDATE grants SET revoked_at = 2 WHERE kind = 'oauth'`).run();
	await grant.run();
});

test('a token narrower than its grant has its own scopes, and never more than the grant', async () => {
	const { context } = world();
	await anOwner(context, 'acme');
	const made = await createToken(context, { ...token, scopes: ['write'] });
	const scopesWith = async (narrower: string) => {
		await env.DB.prepare('UPDATE tokens SET scopes = ?1 WHERE grant_id = ?2').bind(narrower, made.grant_id).run();
		const resolved = await resolveToken(context, made.token);
		return resolved.ok ? [...resolved.principal.scopes] : resolved.reason;
	};
	expect(await scopesWith('read')).toEqual(['read']);
	expect(await scopesWith('admin')).toEqual(['write', 'read']);
});

describe('tokens that come at the same moment', () => {
	// Vitest's runner switches it off, which a Worker of this compatibility date has on; here everybody waits in one request.
	beforeEach(() => void vi.stubGlobal('Cloudflare', { compatibilityFlags: { handle_cross_request_promise_resolution: true } }));
	afterEach(() => void vi.unstubAllGlobals());

	/** The database with its first answers held back until they are let go; what was asked is read before. */
	function heldDatabase(held: number) {
		const { promise: letGo, resolve: release } = Promise.withResolvers<void>();
		let asked = 0;
		const holding = (statement: D1PreparedStatement): D1PreparedStatement =>
			new Proxy(statement, {
				get(target, property) {
					if (property === 'bind') return (...values: unknown[]) => holding(target.bind(...values));
					const value: unknown = Reflect.get(target, property);
					if (property !== 'all') return typeof value === 'function' ? value.bind(target) : value;
					return async () => {
						const nth = asked++;
						const answer = await target.all();
						if (nth < held) await letGo;
						return answer;
					};
				},
			});
		const database = new Proxy(env.DB, {
			get: (target, property) => (property === 'prepare' ? (sql: string) => holding(target.prepare(sql)) : Reflect.get(target, property)),
		});
		return { database, release, asked: () => asked };
	}

	test('share statements and never answers', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		const names = Array.from({ length: 12 }, (_, i) => `laptop ${i}`);
		const bearers: string[] = [];
		for (const name of names) bearers.push((await createToken(context, { ...token, name })).token);
		const { database, asked } = heldDatabase(0);
		const held = { ...context, store: openStore(database) };
		const resolved = await Promise.all([...bearers, 'mcp_unknown'].map((bearer) => resolveToken(held, bearer)));
		expect(resolved.map((one) => (one.ok ? one.principal.grant.name : one.reason))).toEqual([...names, 'unknown']);
		expect(asked()).toBeLessThan(13);
	});

	test('ask for themselves where a promise of another request would carry them out of theirs', async () => {
		vi.unstubAllGlobals();
		const { database, asked } = heldDatabase(0);
		const held = { ...world().context, store: openStore(database) };
		await Promise.all(['mcp_1', 'mcp_2', 'mcp_3'].map((bearer) => resolveToken(held, bearer)));
		expect(asked()).toBe(3);
	});

	test('are refused once they were revoked, though an answer from before is still on its way', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		const made = await createToken(context, token);
		const { database, release } = heldDatabase(1);
		const held = { ...context, store: openStore(database) };
		const before = resolveToken(held, made.token);
		const other = await resolveToken(held, 'mcp_unknown');
		await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = ?').bind(made.grant_id).run();
		const after = await Promise.all([resolveToken(held, made.token), resolveToken(held, made.token)]);
		release();
		expect([other, ...after]).toMatchObject([
			{ ok: false, reason: 'unknown' },
			{ ok: false, reason: 'revoked' },
			{ ok: false, reason: 'revoked' },
		]);
		expect(await before).toMatchObject({ ok: true });
	});

	test('are answered though the requests that asked for them never hear of it', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		const made = await createToken(context, token);
		const { database, release } = heldDatabase(2);
		const held = { ...context, store: openStore(database) };
		const lost = [resolveToken(held, 'mcp_first'), resolveToken(held, 'mcp_second')];
		expect(await resolveToken(held, made.token)).toMatchObject({ ok: true, principal: { grant: { name: 'laptop' } } });
		release();
		expect(await Promise.all(lost)).toEqual([
			{ ok: false, reason: 'unknown' },
			{ ok: false, reason: 'unknown' },
		]);
	});
});
