import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, fetchGateway, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;
let stranger: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	stranger = await anAccount('other');
});

const send = (
	method: string,
	key: string,
	{ token = account.token, body, headers = {} }: { token?: string; body?: BodyInit; headers?: Record<string, string> } = {},
): Promise<Response> =>
	fetchGateway(`/acme/api/files${key}`, { method, headers: { Authorization: `Bearer ${token}`, ...headers }, ...(body === undefined ? {} : { body }) });

describe('a file', () => {
	test('is put, read back as a download that nothing runs in, and listed', async () => {
		const put = await send('PUT', '/reports/2024/costs.html', { body: '<script>alert(1)</script>', headers: { 'Content-Type': 'text/html' } });
		expect(put.status).toBe(201);
		expect(await put.json()).toEqual({ path: 'reports/2024/costs.html', size: 25 });

		const got = await send('GET', '/reports/2024/costs.html');
		expect(await got.text()).toBe('<script>alert(1)</script>');
		expect(Object.fromEntries(got.headers)).toMatchObject({
			'content-type': 'application/octet-stream',
			'content-disposition': "attachment; filename*=UTF-8''costs.html",
			'content-security-policy': "sandbox; default-src 'none'",
			'x-content-type-options': 'nosniff',
			'cache-control': 'private, no-cache',
			'content-length': '25',
		});

		const listed = (await (await send('GET', '?prefix=reports/')).json()) as { files: { path: string; size: number }[] };
		expect(listed.files).toEqual([expect.objectContaining({ path: 'reports/2024/costs.html', size: 25 })]);
	});

	test('is read in part, and not again while it has not changed', async () => {
		await send('PUT', '/digits.txt', { body: '0123456789' });
		const part = await send('GET', '/digits.txt', { headers: { Range: 'bytes=2-4' } });
		expect(part.status).toBe(206);
		expect(part.headers.get('Content-Range')).toBe('bytes 2-4/10');
		expect(await part.text()).toBe('234');
		expect((await send('GET', '/digits.txt', { headers: { Range: 'bytes=10-' } })).status).toBe(416);
		const etag = part.headers.get('ETag') ?? '';
		expect((await send('GET', '/digits.txt', { headers: { 'If-None-Match': etag } })).status).toBe(304);
	});

	test('tells its size without its bytes', async () => {
		await send('PUT', '/head.txt', { body: 'abc' });
		const head = await send('HEAD', '/head.txt');
		expect(head.headers.get('Content-Length')).toBe('3');
		expect(await head.text()).toBe('');
	});

	test('may be empty', async () => {
		expect(await (await send('PUT', '/empty.csv', { body: '' })).json()).toEqual({ path: 'empty.csv', size: 0 });
		expect(await (await send('GET', '/empty.csv')).text()).toBe('');
	});

	test('of several parts arrives whole, whatever pieces it was sent in', async () => {
		const piece = crypto.getRandomValues(new Uint8Array(65_536));
		const pieces = 220;
		let sent = 0;
		const body = new ReadableStream({
			pull(controller) {
				if (sent++ < pieces) controller.enqueue(piece.slice());
				else controller.close();
			},
		});
		expect(await (await send('PUT', '/large.bin', { body })).json()).toEqual({ path: 'large.bin', size: pieces * piece.length });
		const got = new Uint8Array(await (await send('GET', '/large.bin')).arrayBuffer());
		expect(got.length).toBe(pieces * piece.length);
		for (const at of [0, 95, 96, 97, 191, 192, 219]) expect(got.subarray(at * piece.length, (at + 1) * piece.length)).toEqual(piece);
	});

	test('is removed, and then is not there', async () => {
		await send('PUT', '/gone.txt', { body: 'x' });
		expect((await send('DELETE', '/gone.txt')).status).toBe(204);
		expect((await send('GET', '/gone.txt')).status).toBe(404);
		expect((await send('DELETE', '/gone.txt')).status).toBe(404);
	});

	test('keeps a name in any script', async () => {
		const key = 'données/2024 été.csv';
		await send('PUT', `/${key.split('/').map(encodeURIComponent).join('/')}`, { body: 'a' });
		const got = await send('GET', `/${key.split('/').map(encodeURIComponent).join('/')}`);
		expect(got.headers.get('Content-Disposition')).toBe("attachment; filename*=UTF-8''2024%20%C3%A9t%C3%A9.csv");
		expect(await got.text()).toBe('a');
	});
});

describe('a key that is no path below the storage', () => {
	test.each(['/a%2F..%2Fb', '/%2e%2e%2fb', '/a%5Cb', '/a%00b', '/a//b', '/folder/', `/${'x'.repeat(1100)}`, '/%ff'])('%s is refused', async (key) => {
		const response = await send('PUT', key, { body: 'x' });
		expect([400, 404]).toContain(response.status);
	});

	test('leaves nothing in the bucket', async () => {
		const { objects } = await env.FILES.list({ prefix: 'accounts/' });
		expect(objects.filter(({ key }) => !key.startsWith(`accounts/${account.id}/files/`))).toEqual([]);
	});
});

describe('rights', () => {
	test('reading needs a token', async () => {
		const response = await fetchGateway('/acme/api/files/digits.txt');
		expect(response.status).toBe(401);
		expect(response.headers.get('WWW-Authenticate')).toContain('resource_metadata=');
	});

	test('writing needs the scope write, and says which to ask for', async () => {
		const token = await aToken('acme', { scopes: ['run'] });
		expect((await send('GET', '?prefix=', { token })).status).toBe(200);
		const response = await send('PUT', '/no.txt', { token, body: 'x' });
		expect(response.status).toBe(403);
		expect(response.headers.get('WWW-Authenticate')).toMatch(/error="insufficient_scope", scope="read write run"/);
		expect((await response.json()) as object).toMatchObject({ error: { code: 'forbidden' } });
	});

	test('a read-only token writes nothing', async () => {
		const token = await aToken('acme', { read_only: true });
		expect((await send('PUT', '/no.txt', { token, body: 'x' })).status).toBe(403);
		expect((await send('DELETE', '/digits.txt', { token })).status).toBe(403);
	});

	test('a token that was made for some tools moves no files, whatever its scopes', async () => {
		await send('PUT', '/kept.txt', { body: 'x' });
		const token = await aToken('acme', { tools: ['list_runs', 'create_package'] });
		for (const [method, key] of [
			['GET', ''],
			['GET', '/kept.txt'],
			['HEAD', '/kept.txt'],
			['PUT', '/kept.txt'],
			['DELETE', '/kept.txt'],
		] as const) {
			expect([method, (await send(method, key, { token, ...(method === 'PUT' ? { body: 'y' } : {}) })).status]).toEqual([method, 403]);
		}
		expect(await (await send('GET', '/kept.txt', { token })).json()).toMatchObject({
			error: { code: 'forbidden', message: expect.stringContaining('create_package, list_runs') },
		});
		expect(await (await send('GET', '/kept.txt')).text()).toBe('x');
	});

	test('files of another account are out of reach', async () => {
		expect((await send('GET', '/digits.txt', { token: stranger.token })).status).toBe(403);
		const own = (await (await fetchGateway('/other/api/files', { headers: { Authorization: `Bearer ${stranger.token}` } })).json()) as { files: unknown[] };
		expect(own.files).toEqual([]);
	});
});
