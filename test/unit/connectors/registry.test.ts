import { describe, expect, test } from 'vitest';
import { ALIASES } from '../../../src/catalogue/aliases.ts';
import { findComponent } from '../../../src/catalogue/index.ts';
import type { ConnectorDefinition, ConnectorEnv } from '../../../src/connectors/connector.ts';
import { CONNECTORS, findConnector, openConnection } from '../../../src/connectors/index.ts';
import { Secret } from '../../../src/lib/secret.ts';

const connectors: readonly ConnectorDefinition[] = CONNECTORS;
const env = { allowPrivateHosts: false } as unknown as ConnectorEnv;

test('every connector is found by its type, and no two share one', () => {
	expect(new Set(connectors.map((connector) => connector.type)).size).toBe(connectors.length);
	for (const connector of connectors) expect(findConnector(connector.type)).toBe(connector);
});

test('what is suggested for a connection is in the catalogue, and vendors are named only where they can be reached', () => {
	for (const { suggestedComponents } of connectors) for (const key of suggestedComponents) expect(findComponent(key)?.definition.key).toBe(key);
	const types = new Set(connectors.map(({ type }) => type));
	expect(ALIASES.filter(({ reached, connectionType }) => reached !== types.has(connectionType))).toEqual([]);
});

test('an unknown type is told with the nearest one', () => {
	expect(() => findConnector('postgres')).toThrow('There is no connection type "postgres".');
	try {
		findConnector('postgresq');
	} catch (error) {
		expect(error).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('Did you mean postgresql?') });
	}
});

describe.each(connectors.map((connector) => [connector.type, connector] as const))('%s', (_type, connector) => {
	test('says what it is, what suits it and how surely it delivers', () => {
		expect(connector.title).not.toBe('');
		expect(connector.suggestedComponents.length).toBeGreaterThan(0);
		expect(connector.delivery.because.length).toBeGreaterThan(40);
	});

	test('refuses settings and secrets it does not know, without showing a secret', async () => {
		const settings = { accountId: 1, config: { unheard_of: 1 }, secrets: {} };
		await expect(openConnection(connector.type, settings, env)).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('unheard_of'),
		});
		const required = Object.fromEntries(
			Object.keys(connector.config.shape)
				.map((name) => [name, VALID[name]])
				.filter(([, value]) => value !== undefined),
		);
		const secrets = { unheard_of: new Secret('canary-value') };
		const error: unknown = await connector.open({ accountId: 1, config: required, secrets }, env).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ code: 'invalid_input' });
		expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('canary-value');
	});
});

/** Values that fit the settings which have no default. */
const VALID: Readonly<Record<string, unknown>> = {
	base_url: 'https://api.example.com',
	host: 'db.example.com',
	database: 'd',
	username: 'u',
	access_key_id: 'k',
	host_key: `SHA256:${'A'.repeat(43)}`,
};
