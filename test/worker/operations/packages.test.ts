import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import { type CreatePackageInput, createPackage } from '../../../src/operations/packages/create.ts';
import { getPackage } from '../../../src/operations/packages/get.ts';
import { listPackages } from '../../../src/operations/packages/list.ts';
import { validatePackage } from '../../../src/operations/packages/validate.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { FLIGHTS, flightsPerOrigin } from './flights.ts';
import { aFile, anOwner, world } from './world.ts';

beforeEach(freshGateway);

async function acme() {
	const made = world();
	const { principal } = await anOwner(made.context, 'acme');
	await aFile(1, 'flights.csv', FLIGHTS);
	return { ...made, principal, create: (changes: Partial<CreatePackageInput> = {}) => createPackage(made.context, principal, flightsPerOrigin(changes)) };
}

/** Everything D1 holds of packages, as text. */
const stored = async () => JSON.stringify(await env.DB.batch([env.DB.prepare('SELECT * FROM packages'), env.DB.prepare('SELECT * FROM package_versions')]));

describe('create_package', () => {
	test('keeps the package with version 1, ids filled in and the columns of its source frozen', async () => {
		const { context, principal, create } = await acme();
		const { package_id, package: made } = await create({ description: 'who flies where' });
		expect(made).toEqual({
			id: package_id,
			name: 'flights per origin',
			description: 'who flies where',
			workspace_id: 1,
			workspace_name: 'Unassigned',
			flow_type: 'dataflow',
			flow_version: '2.0.0',
			status: 'active',
			version: 1,
			owner_id: 1,
			owner_email: 'owner@acme.test',
			sources: ['Embedded storage'],
			destinations: [],
			created_at: '2026-01-01T00:00:00.000Z',
			updated_at: '2026-01-01T00:00:00.000Z',
			last_run_id: null,
			last_run_status: null,
			permissions: ['read', 'write', 'execute', 'debug'],
			connections: [{ id: 1, name: 'Embedded storage', type: 'r2' }],
			schedules: [],
			component_count: 4,
			edge_count: 3,
			component_types: { cloud_storage_source_component: 1, aggregate_component: 1, sort_component: 1, result_destination_component: 1 },
			variables_count: 0,
		});
		const whole = await getPackage(context, principal, { package_id, include_full_graph: true });
		expect(whole.data_flow_json?.components[1]).toEqual({
			aggregate_component: expect.objectContaining({ id: 'per_origin', name: 'per origin', group_by: ['origin'] }),
		});
		expect(whole.data_flow_json?.edges[0]).toEqual({ id: expect.any(String), source: 'flights', target: 'per_origin' });
		const version = await env.DB.prepare('SELECT number, user_id, grant_id, via, discovered FROM package_versions').first<{ discovered: string }>();
		expect(version).toMatchObject({ number: 1, user_id: 1, grant_id: 1, via: 'test' });
		expect(JSON.parse(version?.discovered ?? '')).toMatchObject({
			flights: { schema: [{ name: 'origin', type: { kind: 'string' } }, { name: 'destination' }, { name: 'count', type: { kind: 'integer' } }] },
		});
	});

	test('tells every fault at once and writes nothing', async () => {
		const { create } = await acme();
		const { components, edges } = flightsPerOrigin();
		const refused: unknown = await create({
			name: '',
			description: 'x'.repeat(5_000),
			components: [
				...components,
				{
					select_component: {
						name: 'chosen',
						columns: [
							{ expression: 'orign', alias: 'a' },
							{ expression: "'5' + 1", alias: 'b' },
						],
					},
				},
				{ frobnicate_component: { name: 'what' } },
			],
			edges: [...edges, { source: 'flights', target: 'chosen' }, { source: 'nowhere', target: 'result' }],
		}).catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(AppError);
		const { code, details } = refused as AppError;
		expect(code).toBe('invalid_package');
		const faults = details?.['faults'] as { code: string; component: string | null; path: string; message: string; hint: string }[];
		expect([...new Set(faults.map((fault) => fault.code))].sort()).toEqual(['edge', 'expression', 'shape', 'unknown_component']);
		const paths = faults.map((fault) => fault.path).join('\n');
		for (const path of [
			'name',
			'description',
			'components[4].select_component.columns[0].expression',
			'components[4].select_component.columns[1].expression',
			'components[5]',
			'edges[4]',
		]) {
			expect(paths).toContain(path);
		}
		expect(faults.every((fault) => fault.message !== '' && fault.hint !== '')).toBe(true);
		expect(JSON.parse(await stored())).toMatchObject([{ results: [] }, { results: [] }]);
	});

	test('finds neither workspaces nor connections of another account', async () => {
		const { context, create } = await acme();
		const { principal: globex } = await anOwner(context, 'globex');
		await expect(create({ workspace_id: 2 })).rejects.toMatchObject({ code: 'not_found', message: 'workspace 2 not found in this account' });
		const foreign: unknown = await createPackage(context, globex, flightsPerOrigin()).catch((error: unknown) => error);
		expect(foreign).toMatchObject({
			code: 'invalid_package',
			details: { faults: [expect.objectContaining({ code: 'connection', message: 'there is no connection 1' })] },
		});
		expect(JSON.stringify((foreign as AppError).details)).not.toContain('1 (Embedded storage)');
	});

	test('says that a source is not there, with the nearest name', async () => {
		const { create } = await acme();
		const [, ...others] = flightsPerOrigin().components;
		const refused: unknown = await create({
			components: [{ cloud_storage_source_component: { name: 'flights', connection_id: 1, path: 'flight.csv' } }, ...others],
		}).catch((error: unknown) => error);
		expect(refused).toMatchObject({
			details: { faults: [expect.objectContaining({ code: 'discovery', component: 'flights', hint: expect.stringContaining('flights.csv') })] },
		});
	});

	test('keeps a package of 0.7 MB, and refuses one that is larger than a row', async () => {
		const { create } = await acme();
		const { components, edges } = flightsPerOrigin();
		/** The flights behind so many components with long notes. */
		const longChain = (length: number) => {
			const steps = Array.from({ length }, (_, i) => ({
				select_component: { name: `s${i}`, keep_others: true, columns: [{ expression: 'count', alias: 'x' }], notes: 'n'.repeat(4_000) },
			}));
			const chain = steps.map((_, i) => ({ source: i === 0 ? 'flights' : `s${i - 1}`, target: `s${i}` }));
			return { components: [...components, ...steps], edges: [...chain, { source: `s${length - 1}`, target: 'per origin' }, ...edges.slice(1)] };
		};
		await expect(create(longChain(240))).rejects.toMatchObject({ code: 'limit' });
		expect(JSON.parse(await stored())).toMatchObject([{ results: [] }, { results: [] }]);
		expect(await create(longChain(170))).toMatchObject({ package: { component_count: 174 } });
	});
});

describe('defaults of secret variables', () => {
	const variables = { api_key: { type: 'string', default: 'canary-4711', secret: true }, since: '2024-01-01' } as const;

	test('are shown nowhere and stand in no row as they are, yet the package stays valid', async () => {
		const { context, principal, create } = await acme();
		const { package_id } = await create({ variables });
		const shown = await getPackage(context, principal, { package_id, include_full_graph: true });
		expect(shown.variables).toEqual({ api_key: { type: 'string', secret: true }, since: '2024-01-01' });
		expect(JSON.stringify([shown, await listPackages(context, principal, {})])).not.toContain('canary');
		expect(await stored()).not.toContain('canary');
		expect(await validatePackage(context, principal, { package_id })).toMatchObject({ status: 'valid' });
	});
});

describe('validate_package', () => {
	test('looks at the live source: a column that was renamed upstream is a fault', async () => {
		const { context, principal, create } = await acme();
		const { package_id } = await create();
		expect(await validatePackage(context, principal, { package_id })).toMatchObject({
			status: 'valid',
			package_id,
			version: 1,
			errors: [],
			component_count: 4,
		});
		await aFile(1, 'flights.csv', FLIGHTS.replace('count', 'flights'));
		const { status, errors } = await validatePackage(context, principal, { package_id });
		expect(status).toBe('invalid');
		expect(errors).toEqual([expect.objectContaining({ component: 'per origin', code: 'columns', message: expect.stringContaining('count') })]);
	});

	test('takes a definition that is stored nowhere, and stores nothing', async () => {
		const { context, principal } = await acme();
		const { flow_type, components, edges } = flightsPerOrigin();
		expect(await validatePackage(context, principal, { flow_type, components, edges })).toMatchObject({ status: 'valid', package_id: null, version: null });
		expect(await validatePackage(context, principal, { flow_type, components: [], edges })).toMatchObject({ status: 'invalid' });
		expect(JSON.parse(await stored())).toMatchObject([{ results: [] }, { results: [] }]);
	});

	test('of another account is not found', async () => {
		const { context, create } = await acme();
		const { package_id } = await create();
		const { principal: globex } = await anOwner(context, 'globex');
		await expect(validatePackage(context, globex, { package_id })).rejects.toMatchObject({ code: 'not_found' });
	});
});
