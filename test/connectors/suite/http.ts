import { describe, expect, test } from 'vitest';
import type { HttpEndpoint } from '../../../src/connectors/connector.ts';

export interface HttpUnderTest {
	/** Opens a connection whose settings are given over working ones. */
	open(config: Readonly<Record<string, unknown>>, secrets?: Readonly<Record<string, string>>): Promise<HttpEndpoint>;
	/** Where the server of test/connectors/servers/api.ts listens, and a second origin that reaches the same server. */
	readonly url: () => string;
	readonly otherOrigin: () => string;
}

const CANARY = 'canary secret+/=%7';

type Request = Parameters<HttpEndpoint['send']>[0];
type Echo = { method: string; path: string; query: Record<string, string>; headers: Record<string, string>; body: string };

/** What every connector of kind `http` promises, against a real server. */
export function httpConformance(name: string, system: HttpUnderTest): void {
	const request = (path: string, more: Partial<Request> = {}): Request => ({ path, method: 'GET', headers: {}, query: {}, body: null, ...more });
	const echo = async (endpoint: HttpEndpoint, path: string, more: Partial<Request> = {}) => (await (await endpoint.send(request(path, more))).json()) as Echo;
	const count = async (endpoint: HttpEndpoint, path: string) => (await endpoint.send(request(`/seen${path}`))).json();

	describe(`${name} keeps the promises of an http endpoint`, () => {
		test('joins paths below the base URL and keeps queries of both', async () => {
			const endpoint = await system.open({ base_url: `${system.url()}/v2/?tenant=7` });
			expect(await echo(endpoint, 'orders/1')).toMatchObject({ path: '/v2/orders/1', query: { tenant: '7' } });
			expect(await echo(endpoint, '/orders?status=open', { query: { page: '2', q: 'a b&c' } })).toMatchObject({
				path: '/v2/orders',
				query: { tenant: '7', status: 'open', page: '2', q: 'a b&c' },
			});
			expect(await echo(endpoint, '')).toMatchObject({ path: '/v2/', query: { tenant: '7' } });
			expect(await echo(endpoint, `${system.url()}/v2/orders?cursor=x%2By`)).toMatchObject({ path: '/v2/orders', query: { cursor: 'x+y' } });
		});

		test.each([
			'https://elsewhere.example/x',
			'//elsewhere.example/x',
			'../admin',
			'/a/../../admin',
			'/%2e%2E/admin',
			'/a\\..\\b',
			'javascript:alert(1)',
			'http://user:pass@elsewhere.example/',
			'/a\u0000b',
			'/a\nHost: x',
		])('refuses the path %j, and sends nothing', async (path) => {
			const endpoint = await system.open({ base_url: `${system.url()}/v2` });
			await expect(endpoint.send(request(path))).rejects.toMatchObject({ code: 'invalid_input' });
		});

		test('sends method, headers and body; what frames a request stays the connection’s affair', async () => {
			const endpoint = await system.open({ headers: { 'X-Tenant': 'seven', Accept: 'text/csv' } });
			const got = await echo(endpoint, '/echo', { method: 'post', headers: { 'x-trace': '1', 'X-Tenant': 'eight' }, body: '{"a":1}' });
			expect(got).toMatchObject({
				method: 'POST',
				body: '{"a":1}',
				headers: { 'x-trace': '1', 'x-tenant': 'eight', accept: 'text/csv', 'content-type': 'application/json' },
			});
			await expect(endpoint.send(request('/echo', { headers: { Host: 'elsewhere' } }))).rejects.toMatchObject({ code: 'invalid_input' });
			await expect(endpoint.send(request('/echo', { headers: { 'X-Bad': 'a\r\nb' } }))).rejects.toMatchObject({ code: 'invalid_input' });
			await expect(endpoint.send(request('/echo', { method: 'TRACE' }))).rejects.toMatchObject({ code: 'invalid_input' });
			await expect(endpoint.send(request('/echo', { body: 'x' }))).rejects.toMatchObject({ code: 'invalid_input' });
		});

		test('authenticates by each of its kinds', async () => {
			const basic = await system.open({ auth: 'basic', username: 'ana' }, { password: 'pä:ss' });
			expect((await echo(basic, '/echo')).headers['authorization']).toBe(`Basic ${Buffer.from('ana:pä:ss').toString('base64')}`);
			const bearer = await system.open({ auth: 'bearer' }, { token: 't0ken' });
			expect((await echo(bearer, '/echo', { headers: { Authorization: 'Bearer mine' } })).headers['authorization']).toBe('Bearer t0ken');
			const header = await system.open({ auth: 'api_key', api_key_name: 'X-Key' }, { api_key: 'k3y+/' });
			expect((await echo(header, '/echo')).headers['x-key']).toBe('k3y+/');
			const query = await system.open({ auth: 'api_key', api_key_in: 'query', api_key_name: 'key' }, { api_key: 'k3y+/' });
			expect((await echo(query, '/echo?key=theirs')).query).toEqual({ key: 'k3y+/' });
		});

		test('a credential that is missing is told before anything is sent', async () => {
			await expect(system.open({ auth: 'bearer' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('token') });
			await expect(system.open({ auth: 'basic', username: 'ana' })).rejects.toMatchObject({
				code: 'invalid_input',
				message: expect.stringContaining('password'),
			});
			await expect(system.open({ auth: 'oauth_client_credentials' })).rejects.toMatchObject({
				code: 'invalid_input',
				message: expect.stringContaining('token_url'),
			});
		});

		test('gets a token by client credentials once, and a new one when it is refused', async () => {
			const config = { auth: 'oauth_client_credentials', token_url: `${system.url()}/token/alpha`, client_id: 'id:1', scope: 'read write', audience: 'api' };
			const endpoint = await system.open(config, { client_secret: 's&cret' });
			const answers = await Promise.all([1, 2, 3].map(async () => (await endpoint.send(request('/guarded/alpha/1'))).json()));
			expect(answers).toEqual([{ token: 'Bearer alpha-1' }, { token: 'Bearer alpha-1' }, { token: 'Bearer alpha-1' }]);
			expect(await (await endpoint.send(request('/guarded/alpha/2'))).json()).toEqual({ token: 'Bearer alpha-2' });
			expect((await endpoint.send(request('/guarded/alpha/99'))).status).toBe(401);
			const token = await system.open({ ...config, auth: 'none' });
			expect(await count(token, '/token/alpha')).toBe(3);
		});

		test('a redirect within the origin is followed, one to another origin never is', async () => {
			const endpoint = await system.open({ auth: 'bearer' }, { token: 't0ken' });
			expect(await echo(endpoint, '/redirect/302?to=/echo')).toMatchObject({ method: 'GET', path: '/echo', headers: { authorization: 'Bearer t0ken' } });
			expect(await echo(endpoint, '/redirect/307?to=/echo', { method: 'POST', body: 'kept' })).toMatchObject({ method: 'POST', body: 'kept' });
			expect(await echo(endpoint, '/redirect/303?to=/echo', { method: 'POST', body: 'dropped' })).toMatchObject({ method: 'GET', body: '' });
			const before = await count(endpoint, '/echo');
			for (const status of [301, 302, 303, 307, 308]) {
				const away = request(`/redirect/${status}?to=${encodeURIComponent(`${system.otherOrigin()}/echo`)}`);
				await expect(endpoint.send(away)).rejects.toMatchObject({
					code: 'upstream',
					retryable: false,
					message: expect.stringContaining('redirects to another origin'),
				});
			}
			expect(await count(endpoint, '/echo')).toBe(before);
			await expect(endpoint.send(request('/loop'))).rejects.toMatchObject({
				message: expect.stringContaining('redirects more than 5 times'),
			});
		});

		test('what passes by itself is tried again; Retry-After is honoured', async () => {
			const endpoint = await system.open({});
			const unique = crypto.randomUUID();
			expect(await (await endpoint.send(request(`/flaky/${unique}-a/2/503`))).json()).toEqual({ attempt: 3 });
			expect(await (await endpoint.send(request(`/flaky/${unique}-b/1/429?after=1`))).json()).toEqual({ attempt: 2 });
			expect(await (await endpoint.send(request(`/flaky/${unique}-c/1/429`, { method: 'POST', body: '{}' }))).json()).toEqual({ attempt: 2 });
			await expect(endpoint.send(request(`/flaky/${unique}-d/9/503`))).rejects.toMatchObject({ code: 'upstream', retryable: true });
			expect(await count(endpoint, `/flaky/${unique}-d/9/503`)).toBe(4);
		});

		test('a server that wants a long wait is told to the caller, not waited for', async () => {
			const endpoint = await system.open({});
			const path = `/flaky/${crypto.randomUUID()}/9/429`;
			await expect(endpoint.send(request(`${path}?after=3600`))).rejects.toMatchObject({ retryable: true, details: { retry_after_ms: 3_600_000 } });
			expect(await count(endpoint, path)).toBe(1);
		});

		test('a request that may have been carried out is not sent twice', async () => {
			const endpoint = await system.open({});
			const path = `/flaky/${crypto.randomUUID()}/9/500`;
			await expect(endpoint.send(request(path, { method: 'POST', body: '{}' }))).rejects.toMatchObject({ code: 'upstream', retryable: false });
			expect(await count(endpoint, path)).toBe(1);
		});

		test('a request with an Idempotency-Key may be sent again under it', async () => {
			const endpoint = await system.open({});
			const path = `/flaky/${crypto.randomUUID()}/2/500`;
			expect((await endpoint.send(request(path, { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'run-1' } }))).status).toBe(200);
			expect(await count(endpoint, path)).toBe(3);
		});

		test('answers below 500 are the caller’s to read', async () => {
			const endpoint = await system.open({});
			for (const status of [200, 201, 400, 404, 409, 422]) expect((await endpoint.send(request(`/status/${status}`))).status).toBe(status);
		});

		test('waits no longer than it is told, for the answer or for its next piece', async () => {
			const endpoint = await system.open({ timeout_seconds: 1, max_attempts: 1 });
			await expect(endpoint.send(request('/silent'))).rejects.toMatchObject({
				code: 'upstream',
				retryable: true,
				message: expect.stringContaining('did not answer within 1 s'),
			});
			const stalled = await endpoint.send(request('/stalled'));
			await expect(stalled.text()).rejects.toMatchObject({ message: expect.stringContaining('stopped for 1 s') });
		});

		test('a body that is cut off is an error, not a short body', async () => {
			const endpoint = await system.open({});
			await expect(
				(async () => {
					const answer = await endpoint.send(request('/cut'));
					return answer.text();
				})(),
			).rejects.toThrow(/cut off/);
		});

		test('a body past the bound is an error, announced or not', async () => {
			const endpoint = await system.open({ max_response_mb: 1 });
			const size = 1024 * 1024;
			expect((await (await endpoint.send(request(`/large/${size}`))).text()).length).toBe(size);
			await expect(endpoint.send(request(`/large/${size + 1}?announced`))).rejects.toMatchObject({ code: 'upstream', retryable: false });
			const unannounced = await endpoint.send(request(`/large/${size + 1}`));
			await expect(unannounced.text()).rejects.toThrow('larger than 1 MB');
		});

		test('checking says what was asked and answered, and never throws', async () => {
			expect(await (await system.open({ test_path: '/status/200' })).check()).toMatchObject({ ok: true, message: expect.stringContaining('answered 200') });
			expect(await (await system.open({ test_path: '/status/404' })).check()).toMatchObject({ ok: false, message: expect.stringContaining('answered 404') });
			expect(await (await system.open({ base_url: `${system.url()}/status/404` })).check()).toMatchObject({ ok: true });
			expect(await (await system.open({ test_path: '/status/401', auth: 'bearer' }, { token: CANARY })).check()).toMatchObject({
				ok: false,
				message: expect.stringContaining('refused'),
			});
			expect(await (await system.open({ base_url: 'http://127.0.0.1:9', max_attempts: 1 })).check()).toMatchObject({
				ok: false,
				message: expect.stringContaining('could not be reached'),
			});
		});

		test('no message ever shows a credential, even where the server quotes it', async () => {
			const endpoints = [
				await system.open({ auth: 'bearer', max_attempts: 1 }, { token: CANARY }),
				await system.open({ auth: 'basic', username: 'ana', max_attempts: 1 }, { password: CANARY }),
				await system.open({ auth: 'api_key', api_key_in: 'query', api_key_name: 'key', max_attempts: 1 }, { api_key: CANARY }),
				await system.open({ auth: 'oauth_client_credentials', token_url: `${system.url()}/token/refusing`, client_id: 'id' }, { client_secret: CANARY }),
				await system.open(
					{ auth: 'oauth_client_credentials', token_url: `${system.url()}/token/refusing`, client_id: 'id', client_authentication: 'body' },
					{ client_secret: CANARY },
				),
				await system.open(
					{ auth: 'oauth_client_credentials', token_url: `${system.url()}/token/canary-issued`, client_id: 'id', max_attempts: 1 },
					{ client_secret: CANARY },
				),
			];
			const wire = [
				CANARY,
				encodeURIComponent(CANARY),
				new URLSearchParams({ '': CANARY }).toString().slice(1),
				'canary',
				'Y2FuYXJ5',
				Buffer.from(`ana:${CANARY}`).toString('base64'),
			];
			let shown = 0;
			for (const endpoint of endpoints) {
				for (const path of ['/status/500', '/redirect/302?to=http://elsewhere.example/']) {
					const error: unknown = await endpoint.send(request(path)).catch((thrown: unknown) => thrown);
					const said = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack} ${JSON.stringify(await endpoint.check())} ${JSON.stringify(endpoint)}`;
					expect(error).toMatchObject({ name: 'AppError' });
					for (const spelling of wire) expect(said).not.toContain(spelling);
					shown++;
				}
			}
			expect(shown).toBe(12);
		});
	});
}
