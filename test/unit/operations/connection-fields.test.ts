import { describe, expect, test } from 'vitest';
import { CONNECTORS } from '../../../src/connectors/index.ts';
import { connectionType, connectionTypes } from '../../../src/operations/connections/fields.ts';

describe('what a connection type asks for', () => {
	test('is every setting and credential of its schemas, with kinds a form can show', () => {
		const { title, fields } = connectionType('postgresql');
		expect(title).toBe('PostgreSQL');
		expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
			['host', 'text', true],
			['port', 'number', false],
			['database', 'text', true],
			['username', 'text', true],
			['schema', 'text', false],
			['ssl', 'choice', false],
			['statement_timeout_seconds', 'number', false],
			['password', 'secret', true],
		]);
		expect(fields.find(({ name }) => name === 'port')).toMatchObject({ default: 5432, min: 1, max: 65_535, guards_credentials: true });
		expect(connectionType('http').fields.find(({ name }) => name === 'headers')?.kind).toBe('pairs');
	});

	test.each(CONNECTORS.map((connector) => [connector.type, connector] as const))(
		'%s: settings that decide where credentials go are settings of it',
		(_, connector) => {
			const names = Object.keys(connector.config.shape);
			expect(connector.credentialSettings.filter((name) => !names.includes(name))).toEqual([]);
			expect(connector.credentialSettings.length > 0).toBe(Object.keys(connector.secrets.shape).length > 0);
		},
	);

	test('leaves out the embedded systems, which need to be told nothing', () => {
		expect(connectionTypes().map(({ type }) => type)).not.toEqual(expect.arrayContaining(['r2']));
		expect(() => connectionType('postgres')).toThrow(/no connection type "postgres"/);
	});
});
