import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Assistant, authorized } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aToken, ORIGIN, post, postModern, type Rpc } from '../../support/gateway.ts';
import { aClient, aPerson, signedIn, type Tokens } from './people.ts';

const CHALLENGE = (scope: string) =>
	`Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/acme/api/mcp"`;
const call = { name: 'cancel_job', arguments: { run_id: 1 } };
const legacy = (token: string, path = '/acme/api/mcp') => post(path, token, { jsonrpc: '2.0', id: 7, method: 'tools/call', params: call });

let client: Assistant;

beforeAll(async () => {
	await freshGateway();
	await aPerson('ann');
	client = await aClient();
});

async function holding(scope: string, person = { email: 'ann@example.com', password: 'the password of ann' }): Promise<string> {
	const page = await authorized(await signedIn(person), client, { scope });
	return ((await (await client.redeem(page)).json()) as Tokens).access_token;
}

describe('an OAuth client that calls what its scopes do not reach', () => {
	test('is challenged by 403 with the union of what it holds and what it needs, in both eras', async () => {
		const token = await holding('read write');
		for (const response of [await legacy(token), await postModern('/acme/api/mcp', token, 'tools/call', call)]) {
			expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([403, CHALLENGE('read write run')]);
			expect(((await response.json()) as Rpc).error?.message).toContain('needs the scope run');
		}
	});

	test('may then ask for the union, and calls', async () => {
		const scope = /scope="([^"]+)"/.exec((await legacy(await holding('read'))).headers.get('WWW-Authenticate') ?? '')?.[1] ?? '';
		expect(scope).toBe('read run');
		const response = await legacy(await holding(scope));
		expect(response.status).toBe(200);
		expect(((await response.json()) as Rpc).result?.['isError']).toBe(true); // There is no run 1: the call itself was made.
	});

	test('leaves a record of the refusal', async () => {
		const response = await legacy(await holding('read'));
		const record = () =>
			env.DB.prepare('SELECT action, outcome, error_code, target FROM audit_events WHERE request_id = ?').bind(response.headers.get('X-Request-Id')).first();
		expect(await vi.waitUntil(record, { timeout: 60_000 })).toEqual({ action: 'cancel_job', outcome: 'denied', error_code: 'forbidden', target: 'run:1' });
	});

	test('is not challenged for what the role of its person does not allow: asking again would not help', async () => {
		const bob = await aPerson('bob', { role: 'viewer' });
		const response = await legacy(await holding('read', bob));
		expect([response.status, ((await response.json()) as Rpc).result?.['isError']]).toEqual([200, true]);
	});
});

test('a token that a person made as it is gets the refusal as a result, which its model can read', async () => {
	const response = await legacy(await aToken('acme', { scopes: ['read'] }));
	expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([200, null]);
	expect(JSON.stringify(((await response.json()) as Rpc).result)).toContain('needs the scope run');
});
