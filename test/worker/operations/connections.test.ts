import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { createConnection } from '../../../src/operations/connections/create.ts';
import { discoverSchema } from '../../../src/operations/connections/discover-schema.ts';
import { getConnection } from '../../../src/operations/connections/get.ts';
import { listConnections } from '../../../src/operations/connections/list.ts';
import { connectionSecrets, openConnection } from '../../../src/operations/connections/open.ts';
import { sealerFrom } from '../../../src/operations/connections/seal.ts';
import type { OperationContext } from '../../../src/operations/context.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, inDatabase, world } from './world.ts';

beforeEach(freshGateway);

describe('get_connection', () => {
	test('tells type, kind and the components that fit, of this account only', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		const { principal: globex } = await anOwner(context, 'globex');
		expect(await getConnection(context, principal, { connection_id: 2 })).toEqual({
			id: 2,
			name: 'Embedded database',
			type: 'sqlite',
			status: 'ok',
			kind: 'tables',
			config: {},
			suggested_components: ['database_source_component', 'database_destination_component', 'execute_sql_component'],
			last_checked_at: null,
			last_check_message: null,
			created_at: '2026-01-01T00:00:00.000Z',
			updated_at: '2026-01-01T00:00:00.000Z',
		});
		await expect(getConnection(context, globex, { connection_id: 2 })).rejects.toMatchObject({
			code: 'not_found',
			message: 'connection 2 not found in this account',
		});
	});
});

describe('create', () => {
	test('keeps a connection, tries it and says how it went', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		const made = await createConnection(context, principal.account, { name: ' Warehouse ', type: 'sqlite' });
		expect(made).toMatchObject({ id: 3, name: 'Warehouse', type: 'sqlite', status: 'ok', last_checked_at: '2026-01-01T00:00:00.000Z' });
		expect(await listConnections(context, principal, { connection_type_filter: 'database' })).toMatchObject({ connections: [{ id: 2 }, { id: 3 }] });
	});

	test('refuses an unknown type with the nearest, settings that are none, and a taken name, and writes nothing', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		const refused = (input: object) => createConnection(context, principal.account, { name: 'x', type: 'sqlite', ...input });
		await expect(refused({ type: 'sqlit' })).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('sqlite') });
		await expect(refused({ config: { host: 'example.com' } })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(refused({ name: ' ' })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(refused({ name: 'Embedded storage' })).rejects.toMatchObject({ code: 'conflict' });
		const canary: unknown = await refused({ secrets: { password: 'canary-4711' } }).catch((error: unknown) => error);
		expect(canary).toMatchObject({ code: 'invalid_input' });
		expect(JSON.stringify(canary) + String(canary)).not.toContain('canary-4711');
		expect((await listConnections(context, principal, {})).connections).toHaveLength(2);
	});

	test('that never got its credentials is seen by nobody and gives its name back', async () => {
		const { context, advance } = world();
		const { principal } = await anOwner(context, 'acme');
		await env.DB.prepare(`INSERT INTO connections (account_id, name, type, status, created_at, updated_at) VALUES (1, 'Lost', 'sqlite', 'creating', ?1, ?1)`)
			.bind(context.clock())
			.run();
		await expect(getConnection(context, principal, { connection_id: 3 })).rejects.toMatchObject({ code: 'not_found' });
		expect((await listConnections(context, principal, {})).connections).toHaveLength(2);
		advance(61_000);
		expect(await createConnection(context, principal.account, { name: 'Lost', type: 'sqlite' })).toMatchObject({ id: 4 });
	});
});

describe('sealed credentials', () => {
	/** A row as it is after `create`, of a connector with a password. */
	async function sealedRow(context: OperationContext, id: number, text: string): Promise<void> {
		const sealed = await context.sealer.seal({ kind: 'connection', accountId: 1, connectionId: id }, text);
		await env.DB.prepare('UPDATE connections SET secrets = ?1, key_id = ?2 WHERE id = ?3').bind(sealed, context.sealer.keyId, id).run();
	}

	test('open as Secrets for their own connection, and after a rotation too', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		await sealedRow(context, 2, JSON.stringify({ password: 'canary-4711' }));
		const secrets = await connectionSecrets(context, 1, [1, 2, 99]);
		expect(secrets.map((secret) => secret.reveal())).toEqual(['canary-4711']);
		expect(JSON.stringify(secrets)).toBe('["[redacted]"]');
		expect(await connectionSecrets(context, 7, [1, 2]), 'of another account').toEqual([]);
		const rotated = sealerFrom(`k2:${btoa('fedcba9876543210fedcba9876543210')},k1:${env.HEADGATE_SEAL_KEY}`);
		expect(await connectionSecrets({ ...context, sealer: rotated }, 1, [2])).toHaveLength(1);
	});

	test('that were copied to another connection do not open', async () => {
		const { context } = world();
		await anOwner(context, 'acme');
		await sealedRow(context, 2, JSON.stringify({ password: 'canary-4711' }));
		await env.DB.prepare('UPDATE connections SET (secrets, key_id) = (SELECT secrets, key_id FROM connections WHERE id = 2) WHERE id = 1').run();
		await expect(openConnection(context, 1, 1)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('does not open') });
	});

	test('are in no answer of get and list', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		await sealedRow(context, 2, JSON.stringify({ password: 'canary-4711' }));
		await env.DB.prepare(`UPDATE connections SET config = '{"password":"canary-4712","host":"h"}' WHERE id = 2`).run();
		const shown = JSON.stringify([await getConnection(context, principal, { connection_id: 2 }), await listConnections(context, principal, {})]);
		expect(shown).not.toContain('canary');
		expect(shown).not.toContain('k1.');
	});
});

describe('discover_schema', () => {
	async function withTables() {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		const names = ['airports', 'flights', 'weather', 'flights_archive'];
		await inDatabase(context, 1, ...names.map((name): [string] => [`CREATE TABLE ${name} (iata TEXT PRIMARY KEY, city TEXT NOT NULL, flights INTEGER)`]));
		return { context, principal };
	}

	test('lists tables by page and by part of their name', async () => {
		const { context, principal } = await withTables();
		const found = async (input: object) => {
			const page = await discoverSchema(context, principal, { connection_id: 2, ...input });
			return { names: page.tables.map((table) => table.name), total: page.total, next_offset: page.next_offset };
		};
		expect(await found({})).toEqual({ names: ['airports', 'flights', 'flights_archive', 'weather'], total: 4, next_offset: null });
		expect(await found({ limit: 3 })).toMatchObject({ total: 4, next_offset: 3 });
		expect(await found({ limit: 3, offset: 3 })).toEqual({ names: ['weather'], total: 4, next_offset: null });
		expect(await found({ search: 'FLIGHTS' })).toEqual({ names: ['flights', 'flights_archive'], total: 2, next_offset: null });
	});

	test('gives the columns of one table, and the nearest name of one that is not there', async () => {
		const { context, principal } = await withTables();
		const { tables } = await discoverSchema(context, principal, { connection_id: 2, table: 'airports' });
		expect(tables).toMatchObject([
			{
				name: 'airports',
				columns: [
					{ name: 'iata', type: 'string', primary_key: true },
					{ name: 'city', type: 'string', nullable: false },
					{ name: 'flights', nullable: true },
				],
			},
		]);
		await expect(discoverSchema(context, principal, { connection_id: 2, table: 'airport' })).rejects.toMatchObject({
			code: 'not_found',
			hint: 'Did you mean airports? discover_schema lists all.',
		});
	});

	test('says the same of a file connection, of another account and of nothing', async () => {
		const { context } = await withTables();
		const { principal: globex } = await anOwner(context, 'globex');
		for (const connection_id of [2, 3, 99]) {
			await expect(discoverSchema(context, globex, { connection_id })).rejects.toMatchObject({
				code: 'not_found',
				message: 'connection not found, or not a database connection',
			});
		}
	});

	test('refuses limits it does not have', async () => {
		const { context, principal } = await withTables();
		await expect(discoverSchema(context, principal, { connection_id: 2, limit: 501 })).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(discoverSchema(context, principal, { connection_id: 2, offset: -1 })).rejects.toMatchObject({ code: 'invalid_input' });
	});
});
