import { env } from 'cloudflare:workers';
import { scryptSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { listConnections } from '../../../src/operations/connections/list.ts';
import { createAccount, findAccount } from '../../../src/operations/provisioning/accounts.ts';
import { createToken } from '../../../src/operations/provisioning/tokens.ts';
import { createUser } from '../../../src/operations/provisioning/users.ts';
import { listWorkspaces } from '../../../src/operations/workspaces/list.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, world } from './world.ts';

beforeEach(freshGateway);

const rows = async (table: string) => (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n;

describe('createAccount', () => {
	test('gives an account with a workspace, a cluster and its two embedded connections', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		expect(principal.account).toMatchObject({ id: 1, slug: 'acme', name: 'acme' });
		expect((await listWorkspaces(context, principal, {})).workspaces).toEqual([
			{ id: 1, name: 'Unassigned', package_count: 0, last_failed_jobs_count: 0, last_completed_jobs_count: 0 },
		]);
		expect((await listConnections(context, principal, {})).connections).toEqual([
			{ id: 1, name: 'Embedded storage', type: 'r2', status: 'ok' },
			{ id: 2, name: 'Embedded database', type: 'sqlite', status: 'ok' },
		]);
		expect(await rows('clusters')).toBe(1);
	});

	test('twice gives the same account and adds nothing', async () => {
		const { context } = world();
		const first = await createAccount(context, { slug: 'acme', name: 'Acme' });
		const second = await createAccount(context, { slug: 'acme', name: 'Other' });
		expect(first.created).toBe(true);
		expect(second).toEqual({ account: first.account, created: false });
		expect([await rows('accounts'), await rows('workspaces'), await rows('clusters'), await rows('connections')]).toEqual([1, 1, 1, 2]);
	});

	test('eight at once make one account', async () => {
		const { context } = world();
		const all = await Promise.all(Array.from({ length: 8 }, () => createAccount(context, { slug: 'acme' })));
		expect(all.filter((made) => made.created)).toHaveLength(1);
		expect([await rows('accounts'), await rows('workspaces'), await rows('clusters'), await rows('connections')]).toEqual([1, 1, 1, 2]);
	});

	test('completes an account that lost its cluster', async () => {
		const { context } = world();
		await createAccount(context, { slug: 'acme' });
		await env.DB.prepare('DELETE FROM clusters').run();
		await createAccount(context, { slug: 'acme' });
		expect(await rows('clusters')).toBe(1);
	});

	test.each(['12', 'Acme', '-acme', 'acme-', 'a_b', '', 'mcp', 'a'.repeat(64), '../x'])('refuses the name %j', async (slug) => {
		await expect(createAccount(world().context, { slug })).rejects.toMatchObject({ code: 'invalid_input' });
		expect(await rows('accounts')).toBe(0);
	});

	test('is found by name and by number, and a number never by name', async () => {
		const { context } = world();
		const { account } = await createAccount(context, { slug: 'acme' });
		expect(await findAccount(context, 'acme')).toEqual(account);
		expect(await findAccount(context, String(account.id))).toEqual(account);
		expect(await findAccount(context, '99')).toBeNull();
		expect(await findAccount(context, 'nobody')).toBeNull();
	});
});

describe('createUser', () => {
	test('keeps a password only as a salted scrypt hash with its parameters', async () => {
		const { context } = world();
		await createAccount(context, { slug: 'acme' });
		await createUser(context, { email: ' Ann@Acme.test ', account: 'acme', role: 'owner', password: 'correct horse battery' });
		const user = await env.DB.prepare('SELECT email, password_hash FROM users').first<{ email: string; password_hash: string }>();
		const [scheme, n, r, p, salt = '', key] = user?.password_hash.split('$') ?? [];
		expect([user?.email, scheme, n, r, p]).toEqual(['ann@acme.test', 'scrypt', '16384', '8', '5']);
		expect(scryptSync('correct horse battery', Buffer.from(salt, 'base64'), 32, { N: 16384, r: 8, p: 5 }).toString('base64')).toBe(key);
	});

	test('a second time changes the role and keeps the password unless one is given', async () => {
		const { context } = world();
		await createAccount(context, { slug: 'acme' });
		const first = await createUser(context, { email: 'ann@acme.test', account: 'acme', role: 'owner', password: 'correct horse battery' });
		const hash = async () => (await env.DB.prepare('SELECT password_hash FROM users').first<{ password_hash: string }>())?.password_hash;
		const before = await hash();
		const second = await createUser(context, { email: 'ANN@acme.test', account: 'acme', role: 'viewer' });
		expect(first).toEqual({ user: { id: 1, email: 'ann@acme.test' }, role: 'owner', created: true });
		expect(second).toEqual({ user: { id: 1, email: 'ann@acme.test' }, role: 'viewer', created: false });
		expect(await hash()).toBe(before);
		expect(await env.DB.prepare('SELECT role FROM members').all()).toMatchObject({ results: [{ role: 'viewer' }] });
	});

	test('refuses an unknown account, a bad address, a bad role and a short password', async () => {
		const { context } = world();
		await createAccount(context, { slug: 'acme' });
		const user = { email: 'ann@acme.test', account: 'acme', role: 'owner' } as const;
		await expect(createUser(context, { ...user, account: 'other' })).rejects.toMatchObject({ code: 'not_found' });
		await expect(createUser(context, { ...user, email: 'ann' })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(createUser(context, { ...user, role: 'god' as 'owner' })).rejects.toMatchObject({
			code: 'invalid_input',
			hint: 'A role is owner, editor, viewer.',
		});
		await expect(createUser(context, { ...user, password: 'short' })).rejects.toMatchObject({ code: 'invalid_input' });
		expect(await rows('users')).toBe(0);
	});
});

describe('createToken', () => {
	test('keeps only the digest of the token', async () => {
		const { context } = world();
		const { token } = await anOwner(context, 'acme');
		expect(token).toMatch(/^mcp_[A-Za-z0-9_-]{43}$/);
		const everything = await Promise.all(['tokens', 'grants'].map((table) => env.DB.prepare(`SELECT * FROM ${table}`).all()));
		expect(JSON.stringify(everything)).not.toContain(token.slice(4));
	});

	test('is for members only', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		await anOwner(context, 'globex');
		const order = { account: 'acme', user: 'owner@globex.test', name: 'x', scopes: ['read'], expires_in: null } as const;
		await expect(createToken(context, order)).rejects.toMatchObject({ code: 'not_found' });
	});

	test('refuses unknown scopes, none at all, an empty name and a life that is none', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		const order = { account: 'acme', user: 'owner@acme.test', name: 'x', scopes: ['read'], expires_in: null } as const;
		await expect(createToken(context, { ...order, scopes: ['everything' as 'read'] })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(createToken(context, { ...order, scopes: [] })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(createToken(context, { ...order, name: ' ' })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(createToken(context, { ...order, expires_in: 0 })).rejects.toMatchObject({ code: 'invalid_input' });
	});

	test('of a chosen value is made once, found again, and never taken over', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		await anOwner(context, 'globex');
		const order = { account: 'acme', user: 'owner@acme.test', name: 'local', scopes: ['admin'], expires_in: null, token: `mcp_${'x'.repeat(43)}` } as const;
		const first = await createToken(context, order);
		expect(first.token).toBe(order.token);
		expect(await createToken(context, { ...order, name: 'again' })).toEqual(first);
		await expect(createToken(context, { ...order, account: 'globex', user: 'owner@globex.test' })).rejects.toMatchObject({ code: 'conflict' });
		await expect(createToken(context, { ...order, token: 'mcp_guessable' })).rejects.toMatchObject({ code: 'invalid_input' });
	});
});
