import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import { eventStream } from '../../support/event-stream.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const listen = (notifications: unknown, token = account.token) => postModern('/acme/api/mcp', token, 'subscriptions/listen', { notifications });
const announce = (change: 'tools' | 'prompts') => env.NOTICES.get(env.NOTICES.idFromName(`notice:${account.id}`)).announce(change);

test('a modern client that listens is told that it hears, then what changes in its account, and nothing else', async () => {
	const other = await anAccount('other');
	const response = await listen({ toolsListChanged: true });
	expect(response.headers.get('Content-Type')).toContain('text/event-stream');
	const stream = eventStream(response);
	expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged', params: { notifications: { toolsListChanged: true } } });
	await env.NOTICES.get(env.NOTICES.idFromName(`notice:${other.id}`)).announce('tools');
	await announce('prompts');
	await announce('tools');
	const told = await stream.next();
	expect(told).toMatchObject({ method: 'notifications/tools/list_changed', params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } } });
	await stream.end();
});

test('the stream ends when the grant is revoked', async () => {
	const token = await aToken('acme');
	const stream = eventStream(await listen({ toolsListChanged: true }, token));
	await stream.next();
	await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = (SELECT max(id) FROM grants)').run();
	await announce('tools');
	expect(await stream.next()).toMatchObject({ id: 1, result: { resultType: 'complete' } });
	expect(await stream.next()).toBeNull();
});

test('who asks for nothing is told that there is nothing, and the stream ends', async () => {
	const stream = eventStream(await listen({}));
	expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged', params: { notifications: {} } });
	expect(await stream.next()).toMatchObject({ result: { resultType: 'complete' } });
});

test('a filter that is none is refused', async () => {
	expect(((await (await listen('everything')).json()) as Rpc).error).toMatchObject({ code: -32602 });
});
