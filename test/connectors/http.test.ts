import { inject } from 'vitest';
import type { ConnectorEnv, HttpEndpoint } from '../../src/connectors/connector.ts';
import { http } from '../../src/connectors/rest/index.ts';
import { Secret } from '../../src/lib/secret.ts';
import { httpConformance } from './suite/http.ts';

const url = inject('servers').api;
const env = { fetch: fetch.bind(globalThis), allowPrivateHosts: true } as unknown as ConnectorEnv;

httpConformance('http in workerd', {
	open: async (config, secrets = {}) =>
		(await http.open(
			{
				accountId: 1,
				config: { base_url: url, ...config },
				secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
			},
			env,
		)) as HttpEndpoint,
	url: () => url,
	otherOrigin: () => url.replace('127.0.0.1', 'localhost'),
});
