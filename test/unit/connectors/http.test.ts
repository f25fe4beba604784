import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { boundedBody } from '../../../src/connectors/bounded-body.ts';
import { clickhouse } from '../../../src/connectors/clickhouse/index.ts';
import type { ConnectorEnv, FileStore, HttpEndpoint, TableStore } from '../../../src/connectors/connector.ts';
import { isPrivateHost } from '../../../src/connectors/private-host.ts';
import { retryAfter } from '../../../src/connectors/rest/client.ts';
import { http } from '../../../src/connectors/rest/index.ts';
import { s3 } from '../../../src/connectors/s3/index.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { type ApiServer, startApi } from '../../connectors/servers/api.ts';
import { httpConformance } from '../../connectors/suite/http.ts';

let api: ApiServer;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

const env = (allowPrivateHosts: boolean) => ({ fetch, allowPrivateHosts }) as unknown as ConnectorEnv;
const open = async (config: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, string>> = {}, allowPrivateHosts = true) =>
	(await http.open(
		{
			accountId: 1,
			config: { base_url: api.url, ...config },
			secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
		},
		env(allowPrivateHosts),
	)) as HttpEndpoint;

httpConformance('http', { open, url: () => api.url, otherOrigin: () => api.url.replace('127.0.0.1', 'localhost') });

describe('private hosts', () => {
	test.each([
		'localhost',
		'LOCALHOST.',
		'db',
		'127.0.0.1',
		'127.1',
		'2130706433',
		'0x7f000001',
		'0177.0.0.1',
		'１２７.０.０.１',
		'10.1.2.3',
		'172.16.0.1',
		'172.31.255.255',
		'192.168.1.1',
		'169.254.169.254',
		'100.64.0.1',
		'0.0.0.0',
		'224.0.0.1',
		'255.255.255.255',
		'::1',
		'[::1]',
		'[::]',
		'[::ffff:127.0.0.1]',
		'[::ffff:7f00:1]',
		'[::127.0.0.1]',
		'[64:ff9b::a00:1]',
		'[2002:7f00:1::]',
		'[fc00::1]',
		'[fd12:3456::1]',
		'[fe80::1]',
		'metadata.google.internal',
		'printer.local',
		'router.home.arpa',
		'not a host',
	])('%s is private', (host) => {
		expect(isPrivateHost(host)).toBe(true);
	});

	test.each([
		'api.example.com',
		'8.8.8.8',
		'172.32.0.1',
		'172.15.0.1',
		'100.128.0.1',
		'192.169.0.1',
		'[2606:4700::1111]',
		'[64:ff9b::808:808]',
		'[2002:808:808::]',
		'internal.example.com',
	])('%s is public', (host) => {
		expect(isPrivateHost(host)).toBe(false);
	});

	test('are refused unless the gateway allows them, for the API and for its tokens', async () => {
		const refused = { code: 'invalid_input', message: expect.stringContaining('private network') };
		await expect(open({}, {}, false)).rejects.toMatchObject(refused);
		const oauth = { base_url: 'https://api.example.com', auth: 'oauth_client_credentials', token_url: 'https://169.254.169.254/token', client_id: 'id' };
		await expect(open(oauth, { client_secret: 'x' }, false)).rejects.toMatchObject(refused);
		await expect(open({ base_url: 'http://api.example.com' }, {}, false)).rejects.toMatchObject({ message: expect.stringContaining('not https') });
		await expect(open({ base_url: 'https://user:pw@api.example.com' }, {}, false)).rejects.toMatchObject({
			message: expect.stringContaining('carries a user name'),
		});
	});
});

test('settings that do not fit are all named, secrets without their value', async () => {
	await expect(open({ base_url: 'ftp://x', timeout_seconds: 0, retries: 3 })).rejects.toMatchObject({
		code: 'invalid_input',
		message: expect.stringMatching(/base_url.*timeout_seconds.*retries/s),
	});
	const error: unknown = await open({}, { tokn: 'canary' }).catch((thrown: unknown) => thrown);
	expect(error).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('token') });
	expect(JSON.stringify(error) + String(error)).not.toContain('canary');
});

test('a storage that gives a whole file where a part was asked for is not taken at its word', async () => {
	const config = { endpoint: 'https://s3.example', region: 'r', bucket: 'bucket', access_key_id: 'k' };
	const whole = { ...env(true), fetch: async () => new Response('n\n1\n2\n', { headers: { ETag: '"e"' } }) } as unknown as ConnectorEnv;
	const store = (await s3.open({ accountId: 1, config, secrets: { secret_access_key: new Secret('s') } }, whole)) as FileStore;
	const part = { bucket: null, path: 'a.csv', etag: 'e' };
	expect(await new Response(await store.read({ ...part, offset: 0, length: null })).text()).toBe('n\n1\n2\n');
	for (const range of [
		{ offset: 4, length: null },
		{ offset: 0, length: 2 },
	])
		await expect(store.read({ ...part, ...range })).rejects.toMatchObject({
			code: 'upstream',
			retryable: false,
			message: 'The storage gave all of a.csv where a part of it was asked for.',
		});
});

describe('a server that keeps a run waiting', () => {
	const get = (path: string) => ({ path, method: 'GET', headers: {}, query: {}, body: null });

	test('is not waited for once the run was asked to stop, neither for its answer nor for the rest of it', async () => {
		const endpoint = await open({ timeout_seconds: 60 });
		const answer = expect(endpoint.send(get('/silent'))).rejects.toMatchObject({ code: 'upstream', retryable: true });
		const stalled = await endpoint.send(get('/stalled'));
		const rest = expect(stalled.text()).rejects.toMatchObject({ code: 'upstream', retryable: true });
		endpoint.interrupt();
		await Promise.all([answer, rest]);
		expect((await endpoint.send(get('/large/3'))).status).toBe(200);
	});

	test('is not waited for as a storage or a database either, but where it was told to make something visible', async () => {
		const secrets = { secret_access_key: new Secret('s') };
		const config = { endpoint: `${api.url}/silent`, region: 'r', bucket: 'bucket', access_key_id: 'k' };
		const store = (await s3.open({ accountId: 1, config, secrets }, env(true))) as FileStore;
		const upload = { bucket: null, path: 'x', token: 't', owner: 'o' };
		let completed = false;
		const completing = store.completeUpload(upload, ['tag']).finally(() => {
			completed = true;
		});
		completing.catch(() => undefined);
		const asked = [store.stat(null, 'x'), store.uploadPart(upload, 1, new Uint8Array(1)), store.beginUpload({ ...upload, contentType: '' })];
		const settings = { url: `${api.url}/silent`, database: 'd', username: 'u' };
		const tables = (await clickhouse.open({ accountId: 1, config: settings, secrets: { password: new Secret('p') } }, env(true))) as TableStore;
		asked.push(tables.describe({ schema: null, table: 't' }) as Promise<never>);
		const given = Promise.all(asked.map((each) => expect(each).rejects.toMatchObject({ code: 'upstream', retryable: true })));
		// Signing comes before sending.
		await vi.waitUntil(() => api.waiting() >= 5);
		store.interrupt();
		tables.interrupt();
		await given;
		expect(completed).toBe(false);
	});

	test('may have carried out what is not repeated: that is told, though the run was asked to stop as well', async () => {
		const endpoint = await open({ timeout_seconds: 1 });
		const waiting = api.waiting();
		const sent = expect(endpoint.send({ ...get('/silent'), method: 'POST', body: '{}' })).rejects.toMatchObject({
			message: expect.stringContaining('did not answer within'),
			retryable: false,
			hint: expect.stringContaining('Whether the POST was carried out is not known'),
		});
		await vi.waitUntil(() => api.waiting() > waiting);
		endpoint.interrupt();
		await sent;
	});

	test('with a byte now and then is given up', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		try {
			const trickle = new ReadableStream<Uint8Array>({
				pull(controller) {
					vi.setSystemTime(Date.now() + 1000);
					controller.enqueue(new Uint8Array(1));
				},
			});
			const bounded = boundedBody(trickle, { maxBytes: 1 << 20, idleMs: 5000, slowest: { bytes: 100, ms: 50_000 }, from: 'api.test' });
			await expect(new Response(bounded).text()).rejects.toMatchObject({ retryable: false, message: expect.stringContaining('bytes came in 50 s') });
		} finally {
			vi.useRealTimers();
		}
	});
});

test('Retry-After is seconds or a date', () => {
	const now = Date.parse('2024-01-01T00:00:00Z');
	expect(retryAfter('120', now)).toBe(120_000);
	expect(retryAfter('Mon, 01 Jan 2024 00:01:00 GMT', now)).toBe(60_000);
	expect(retryAfter('Sun, 31 Dec 2023 00:00:00 GMT', now)).toBe(0);
	expect(retryAfter('soon', now)).toBeNull();
	expect(retryAfter(null, now)).toBeNull();
});
