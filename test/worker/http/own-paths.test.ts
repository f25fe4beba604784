import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { gateway } from '../../../src/mcp/gateway.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { post } from '../../support/gateway.ts';

beforeAll(freshGateway);

const own = [...new Set(createApp(gateway).routes.map(({ path }) => path.split('/')[1] ?? ''))].filter((segment) => /^[a-z0-9.-]+$/.test(segment));

test('the first segments of the paths that are served were found', () => {
	expect(own).toEqual(
		expect.arrayContaining([
			'mcp',
			'api',
			'oauth',
			'.well-known',
			'sign-in',
			'sign-out',
			'settings',
			'setup',
			'links',
			'assets',
			'downloads',
			'schemas',
			'healthz',
		]),
	);
});

test.each(own)('no account can be called %s, which would hide a page of the gateway', async (slug) => {
	const response = await post('/api/admin/accounts', env.HEADGATE_ADMIN_TOKEN, { slug });
	expect([response.status, await response.json()]).toEqual([400, { error: expect.objectContaining({ code: 'invalid_input' }) }]);
});
