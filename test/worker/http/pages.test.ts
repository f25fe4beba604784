import { SELF } from 'cloudflare:test';
import { beforeAll, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway } from '../../support/gateway.ts';

beforeAll(freshGateway);

test('a browser is told what this is, by a page on which nothing runs', async () => {
	const response = await fetchGateway('/', { headers: { Accept: 'text/html' } });
	expect(response.headers.get('Content-Type')).toContain('text/html');
	expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
	expect(await response.text()).toContain('http://localhost/ACCOUNT/api/mcp');
});

test('curl is told the same in a few lines', async () => {
	const response = await fetchGateway('/');
	expect(response.headers.get('Content-Type')).toContain('text/plain');
	expect(await response.text()).toContain('http://localhost/ACCOUNT/api/mcp');
});

test('health is told under any name', async () => {
	expect(await (await SELF.fetch('http://10.0.0.7/healthz')).json()).toEqual({ status: 'ok' });
});

test('the package format is published as a JSON Schema', async () => {
	const response = await fetchGateway('/schemas/package.json');
	expect(response.headers.get('Content-Type')).toContain('application/schema+json');
	expect(await response.json()).toMatchObject({ type: 'object', properties: { components: expect.anything(), edges: expect.anything() } });
});

test('what is not there is told in the words of every other error', async () => {
	const response = await fetchGateway('/nothing/here');
	expect(response.status).toBe(404);
	expect(await response.json()).toEqual({
		error: {
			code: 'not_found',
			message: 'There is nothing at GET /nothing/here.',
			hint: 'An assistant connects to POST /<account>/api/mcp or POST /mcp.',
			retryable: false,
		},
	});
});

test('a browser is shown a page for it, on which what was asked for is text', async () => {
	const response = await fetchGateway('/%3Cscript%3E', { headers: { Accept: 'text/html,application/xhtml+xml' } });
	expect([response.status, response.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=UTF-8']);
	const html = await response.text();
	expect(html).toContain('There is nothing at GET /');
	expect(html).not.toContain('<script>');
});

test.each([
	['/settings', '/settings/security'],
	['/acme/settings', '/acme/settings/developer/connected_applications'],
	['/%2F%2Fevil.example/settings', '/%2F%2Fevil.example/settings/developer/connected_applications'],
])('%s leads to the first of its pages, never to another site', async (path, to) => {
	const response = await fetchGateway(path, { redirect: 'manual' });
	expect([response.status, response.headers.get('Location')]).toEqual([303, to]);
});
