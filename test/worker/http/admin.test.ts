import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway, post } from '../../support/gateway.ts';

beforeAll(freshGateway);

const send = (noun: string, body: unknown, token: string | null = env.HEADGATE_ADMIN_TOKEN): Promise<Response> => post(`/api/admin/${noun}`, token, body);
const told = async (response: Response): Promise<unknown> => ((await response.json()) as { error: unknown }).error;

async function auditOf(response: Response): Promise<unknown> {
	const requestId = response.headers.get('X-Request-Id');
	return vi.waitUntil(
		() => env.DB.prepare('SELECT surface, action, target, outcome, error_code FROM audit_events WHERE request_id = ?').bind(requestId).first(),
		{ timeout: 60_000 },
	);
}

describe('provisioning', () => {
	test('makes an account, a member and a token that works', async () => {
		const account = await send('accounts', { slug: 'acme', name: 'Acme Ltd' });
		expect(account.status).toBe(201);
		expect(await account.json()).toMatchObject({ account: { slug: 'acme', name: 'Acme Ltd' }, created: true });

		const user = await send('users', { email: 'Ann@Example.com', account: 'acme', role: 'editor' });
		expect(user.status).toBe(201);

		const token = await send('tokens', { account: 'acme', user: 'ann@example.com', name: 'Claude', scopes: ['read', 'run'], expires_days: 30 });
		expect(token.status).toBe(201);
		const made = (await token.json()) as { token: string; expires_at: string };
		expect(made).toMatchObject({ token: expect.stringMatching(/^mcp_[\w-]{43}$/), scopes: ['read', 'run'] });
		expect(Date.parse(made.expires_at) - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
		expect((await post('/acme/api/mcp', made.token, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).status).toBe(200);
	});

	test('may be repeated', async () => {
		await send('accounts', { slug: 'twice' });
		const again = await send('accounts', { slug: 'twice' });
		expect(again.status).toBe(200);
		expect(await again.json()).toMatchObject({ created: false });
	});

	test('chooses a token itself, unless the gateway is local', async () => {
		const response = await send('tokens', { account: 'acme', user: 'ann@example.com', name: 'x', scopes: ['read'], token: `mcp_${'a'.repeat(43)}` });
		expect(response.status).toBe(403);
	});

	test('of a connection shows its settings and never its secrets', async () => {
		const response = await send('connections', { account: 'acme', name: 'storage', type: 'r2', config: {}, secrets: {} });
		expect(response.status).toBe(201);
		expect(await response.json()).toMatchObject({ connection: { name: 'storage', type: 'r2' } });
	});
});

describe('a body that is not as it should be', () => {
	test('is told with every problem at once', async () => {
		const response = await send('tokens', { account: 'acme', usr: 'ann@example.com', name: '', scopes: ['reed'] });
		expect(response.status).toBe(400);
		expect(await told(response)).toMatchObject({
			code: 'invalid_input',
			details: {
				problems: expect.arrayContaining([
					expect.objectContaining({ path: 'usr', hint: expect.stringContaining('did you mean user?') }),
					expect.objectContaining({ path: 'user' }),
					expect.objectContaining({ path: 'name' }),
					expect.objectContaining({ path: 'scopes[0]', hint: expect.stringContaining('did you mean read?') }),
				]),
			},
		});
	});

	test('is told as such when it is no JSON', async () => {
		expect(await told(await send('accounts', '{'))).toMatchObject({ code: 'invalid_input', message: 'The body is not JSON.' });
	});

	test('is never quoted back where it holds secrets', async () => {
		const response = await send('connections', { account: 'acme', name: 'x', type: 'r2', secrets: { password: 12345678 } });
		expect(response.status).toBe(400);
		expect(await response.text()).not.toContain('12345678');
	});

	test('that names an account nobody has is 404', async () => {
		expect((await send('connections', { account: 'nobody', name: 'x', type: 'r2' })).status).toBe(404);
	});
});

describe('the administration token', () => {
	test.each([
		['none', null],
		['another one', 'wrong'],
		['a longer one', 'test-admin-token-and-more'],
		['an empty one', ''],
	])('%s is 401', async (_, token) => {
		const response = await send('accounts', { slug: 'intruder' }, token);
		expect(response.status).toBe(401);
		expect(await env.DB.prepare("SELECT count(*) AS n FROM accounts WHERE slug = 'intruder'").first('n')).toBe(0);
	});

	test('is no token of an account', async () => {
		expect((await post('/mcp', env.HEADGATE_ADMIN_TOKEN, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).status).toBe(401);
	});

	test('leaves a record of every use, refused and failed ones too', async () => {
		expect(await auditOf(await send('accounts', { slug: 'seen' }))).toMatchObject({
			surface: 'admin',
			action: 'POST /api/admin/accounts',
			target: expect.stringMatching(/^account:\d+$/),
			outcome: 'ok',
		});
		expect(await auditOf(await send('accounts', {}))).toMatchObject({ outcome: 'error', error_code: 'invalid_input' });
		expect(await auditOf(await send('accounts', { slug: 'x' }, 'wrong'))).toMatchObject({ outcome: 'denied', error_code: 'unauthenticated' });
	});

	test('opens nothing that is not there', async () => {
		const response = await fetchGateway('/api/admin/everything', { headers: { Authorization: `Bearer ${env.HEADGATE_ADMIN_TOKEN}` } });
		expect(response.status).toBe(404);
	});
});
