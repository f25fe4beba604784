import { beforeAll, describe, expect } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { type Call, question } from './conversation.ts';
import { type Demo, demoAccount } from './demo-account.ts';

let demo: Demo;

beforeAll(async () => {
	await freshGateway();
	demo = await demoAccount();
});

const ask = (asked: string, tools: readonly string[], answer: (call: Call) => Promise<void>) => question(asked, tools, () => demo.account, answer);

interface Changed {
	readonly version: number;
	readonly changed: boolean;
	readonly diff: { readonly added: string[]; readonly removed: string[]; readonly changed: { path: string; before: unknown; after: unknown }[] };
}

describe('what is there', () => {
	ask('Which connectors are set up, and do their credentials still work?', ['list_connections', 'test_connection'], async (call) => {
		const { connections } = await call<{ connections: { id: number; type: string }[] }>('list_connections', { include_health: true });
		expect(connections.map(({ type }) => type).sort()).toEqual(['r2', 'sqlite']);
		for (const { id } of connections) expect(await call('test_connection', { connection_id: id })).toMatchObject({ success: true });
	});

	ask('Is any connector close to its limits or failing?', ['list_connections', 'get_system_health'], async (call) => {
		await call('list_connections', { include_health: true });
		expect(await call('get_system_health')).toMatchObject({ failing_connections: [] });
	});

	ask('Which tables are there on the database connection?', ['list_connections', 'discover_schema'], async (call) => {
		const { connections } = await call<{ connections: { id: number }[] }>('list_connections', { connection_type_filter: 'sqlite' });
		expect(await call('discover_schema', { connection_id: connections[0]?.id })).toMatchObject({ tables: [{ name: 'busiest_airports' }] });
	});

	ask('Show me the first 20 rows of the busiest_airports table', ['preview_data'], async (call) => {
		const { rows } = await call<{ rows: unknown[] }>('preview_data', { connection_id: demo.database, table: 'busiest_airports', row_count: 20 });
		expect(rows).toHaveLength(20);
		expect(rows).toContainEqual({ origin: 'ATL', city: 'Atlanta', state: 'GA', flights: 414_513 });
	});

	ask('Which airports had more than 350,000 flights?', ['preview_data'], async (call) => {
		const { rows } = await call<{ rows: { origin: string }[] }>('preview_data', {
			connection_id: demo.database,
			table: 'busiest_airports',
			where_clause: 'flights > 350000',
		});
		expect(rows.map(({ origin }) => origin).sort()).toEqual(['ATL', 'ORD']);
	});

	ask('What columns does the weather file have?', ['discover_file_schema'], async (call) => {
		expect(await call('discover_file_schema', { connection_id: demo.storage, path: 'weather/seattle-weather.csv' })).toMatchObject({
			field_count: 6,
			column_names: ['date', 'precipitation', 'temp_max', 'temp_min', 'wind', 'weather'],
		});
	});

	ask('List the integrations I have access to, and what I may do with each', ['list_packages'], async (call) => {
		const { packages } = await call<{ packages: { permissions: string[] }[] }>('list_packages');
		expect(packages.map(({ permissions }) => permissions)).toEqual(Array(5).fill(['read', 'write', 'execute', 'debug']));
	});

	ask('Show me the structure of the bird strike integration', ['get_package'], async (call) => {
		const { data_flow_json } = await call<{ data_flow_json: { components: object[]; edges: object[] } }>('get_package', {
			name: 'bird strike costs',
			include_full_graph: true,
		});
		expect(data_flow_json.components.flatMap(Object.keys)).toEqual([
			'cloud_storage_source_component',
			'aggregate_component',
			'filter_component',
			'sort_component',
			'cloud_storage_destination_component',
		]);
		expect(data_flow_json.edges).toHaveLength(4);
	});

	ask('From where to where does the airports flow go, and who owns it?', ['get_package'], async (call) => {
		expect(await call('get_package', { name: 'Busiest airports' })).toMatchObject({
			owner_email: expect.stringContaining('@'),
			connections: [{ type: 'r2' }, { type: 'sqlite' }],
			component_types: { cloud_storage_source_component: 2, join_component: 1, database_destination_component: 1, result_destination_component: 1 },
		});
	});

	ask('Where does any code speak of precipitation?', ['search_package_code'], async (call) => {
		const { matches } = await call<{ matches: { package_name: string }[] }>('search_package_code', { pattern: 'precipitation', case_sensitive: true });
		expect([...new Set(matches.map(({ package_name }) => package_name))]).toEqual(['Wettest days', 'Seattle weather by month']);
	});

	ask('Is there anything about birds here?', ['search_all'], async (call) => {
		expect(await call('search_all', { query: 'bird strike' })).toMatchObject({
			results: [{ type: 'package', id: demo.packages.strikes, name: 'Bird strike costs' }],
		});
	});

	ask('Which adapters and components can I build with?', ['list_component_types', 'describe_component_type'], async (call) => {
		const { components } = await call<{ components: { category: string; wrapper_key: string }[] }>('list_component_types');
		expect(new Set(components.map(({ category }) => category))).toEqual(new Set(['source', 'transformation', 'destination', 'task']));
		expect(await call('describe_component_type', { component_type: 'filter_component' })).toMatchObject({
			required: ['name'],
			wrapper_example: { filter_component: {} },
		});
	});

	ask('Which field mapping templates are there for HubSpot?', ['list_templates', 'get_template'], async (call) => {
		expect(await call('list_templates', { kind: 'field_mapping', system: 'hubspot' })).toMatchObject({
			templates: [{ template: 'hubspot_contact_to_salesforce' }],
		});
		expect(await call('get_template', { template: 'hubspot_contact_to_salesforce' })).toMatchObject({
			definition: { flow_type: 'dataflow' },
			payload: [expect.anything()],
		});
	});
});

describe('build and change', () => {
	ask('Create an integration that counts flights per destination', ['validate_package', 'create_package', 'run_package'], async (call) => {
		const definition = {
			flow_type: 'dataflow',
			components: [
				{
					cloud_storage_source_component: {
						id: 'in',
						name: 'flights',
						connection_id: demo.storage,
						path: 'flights/flights-airport.csv',
						fields: [
							{ name: 'destination', type: 'string' },
							{ name: 'count', type: 'integer' },
						],
					},
				},
				{
					aggregate_component: {
						id: 'sum',
						name: 'per destination',
						group_by: ['destination'],
						aggregates: [{ function: 'sum', field: 'count', alias: 'flights' }],
					},
				},
				{ limit_component: { id: 'top', name: 'top three', limit: 3, sort: [{ field: 'flights', direction: 'desc' }] } },
				{ result_destination_component: { id: 'out', name: 'shown' } },
			],
			edges: [
				{ source: 'in', target: 'sum' },
				{ source: 'sum', target: 'top' },
				{ source: 'top', target: 'out' },
			],
		};
		expect(await call('validate_package', definition)).toMatchObject({ status: 'valid', errors: [] });
		const { package_id } = await call<{ package_id: number }>('create_package', { name: 'Flights per destination', ...definition });
		const { outputs } = await call<{ outputs: { rows: { destination: string }[] }[] }>('run_package', { package_id, wait_seconds: 50 });
		expect(outputs[0]?.rows.map(({ destination }) => destination)).toEqual(['ATL', 'ORD', 'DFW']);
	});

	ask('Clone the weather package for testing', ['list_workspaces', 'clone_package', 'get_package'], async (call) => {
		const { workspaces } = await call<{ workspaces: { id: number }[] }>('list_workspaces');
		const args = { package_id: demo.packages.weather, name: 'Weather, for testing', workspace_id: workspaces[0]?.id };
		const { package_id } = await call<{ package_id: number }>('clone_package', args);
		expect(await call('get_package', { package_id })).toMatchObject({ name: 'Weather, for testing', version: 1, component_count: 5, last_run_id: null });
	});

	ask('Add a step to the strikes report that keeps the dearest ten', ['get_package', 'add_package_components'], async (call) => {
		const { version } = await call<{ version: number }>('get_package', { package_id: demo.packages.strikes });
		const { diff } = await call<Changed>('add_package_components', {
			package_id: demo.packages.strikes,
			components: [{ limit_component: { id: 'ten', name: 'dearest ten', limit: 10 } }, { result_destination_component: { id: 'shown', name: 'shown' } }],
			edges: [
				{ source: 'ranked', target: 'ten' },
				{ source: 'ten', target: 'shown' },
			],
			expected_version: version,
		});
		expect(diff.added).toEqual(['dearest ten', 'shown']);
	});

	ask('In the strikes report, count only what cost over a million', ['update_package_components'], async (call) => {
		const args = { package_id: demo.packages.strikes, updates: [{ component_name: 'that cost anything', updates: { expression: 'cost > 1000000' } }] };
		const tried = await call<Changed>('update_package_components', { ...args, dry_run: true });
		expect(tried.diff.changed).toEqual([expect.objectContaining({ path: 'expression', before: 'cost > 0', after: 'cost > 1000000' })]);
		expect((await call<Changed>('update_package_components', args)).version).toBe(tried.version + 1);
	});

	ask('Take that step out again', ['remove_package_components', 'diff_package_versions'], async (call) => {
		const { diff, version } = await call<Changed>('remove_package_components', {
			package_id: demo.packages.strikes,
			component_names: ['dearest ten', 'shown'],
		});
		expect(diff.removed.sort()).toEqual(['dearest ten', 'shown']);
		expect(await call('diff_package_versions', { package_id: demo.packages.strikes, from_version: 1, to_version: version })).toMatchObject({
			diff: { added: [], removed: [] },
		});
	});

	ask('Undo everything I did to the strikes report', ['list_package_versions', 'revert_package'], async (call) => {
		const { versions } = await call<{ versions: { version: number }[] }>('list_package_versions', { package_id: demo.packages.strikes });
		expect(versions.length).toBeGreaterThan(2);
		expect(await call('revert_package', { package_id: demo.packages.strikes, version: 1 })).toMatchObject({ changed: true });
	});

	ask('Delete the copy we made for testing', ['get_package', 'delete_package', 'list_packages'], async (call) => {
		const { id } = await call<{ id: number }>('get_package', { name: 'Weather, for testing' });
		expect(await call('delete_package', { package_id: id })).toMatchObject({ status: 'archived' });
		expect(await call('list_packages', { status: 'archived' })).toMatchObject({ packages: [{ id }] });
	});
});

describe('run', () => {
	ask('Execute the contacts integration with this payload', ['run_package'], async (call) => {
		const payload = [{ id: 9, email: 'KATHERINE@example.com', signed_up: '2024-05-01' }];
		expect(await call('run_package', { package_id: demo.packages.contacts, payload, wait_seconds: 50 })).toMatchObject({
			status: 'completed',
			outputs: [{ rows: [{ contact_id: 9, address: 'katherine@example.com', signed_up: '2024-05-01' }] }],
		});
	});

	ask('Trigger the weather sync and give me the run id', ['trigger_sync'], async (call) => {
		expect(await call('trigger_sync', { name: 'seattle weather by month' })).toMatchObject({ run_id: expect.any(Number), package_id: demo.packages.weather });
	});

	ask('Start the airports sync now and watch it to its end', ['trigger_sync', 'get_run'], async (call) => {
		const { run_id } = await call<{ run_id: number }>('trigger_sync', { name: 'Busiest airports', wait_seconds: 50 });
		expect(await call('get_run', { run_id })).toMatchObject({ status: 'completed', progress: 1 });
	});

	ask('Run everything again that failed within the last hour', ['list_runs', 'trigger_sync'], async (call) => {
		const since = new Date(Date.now() - 3_600_000).toISOString();
		const { runs } = await call<{ runs: { package_id: number }[] }>('list_runs', { since, status: 'failed' });
		const packages = new Set(runs.map(({ package_id }) => package_id));
		expect([...packages]).toEqual([demo.packages.failing]);
		for (const package_id of packages) expect(await call('trigger_sync', { package_id })).toMatchObject({ run_id: expect.any(Number) });
	});

	ask('Try the failed job once more', ['retry_job', 'get_run'], async (call) => {
		const { run_id } = await call<{ run_id: number }>('retry_job', { run_id: demo.runs.failing, wait_seconds: 50 });
		expect(await call('get_run', { run_id })).toMatchObject({ retry_of: demo.runs.failing, attempt: 2, status: 'failed' });
	});

	ask('Stop the weather job', ['cancel_job'], async (call) => {
		expect(await call('cancel_job', { run_id: demo.runs.weather })).toMatchObject({ run_id: demo.runs.weather, status: 'completed' });
	});

	ask('Show me the run history of the contacts integration', ['list_runs'], async (call) => {
		const { runs } = await call<{ runs: { status: string }[] }>('list_runs', { package_id: demo.packages.contacts });
		expect(runs.map(({ status }) => status)).toEqual(['completed', 'completed']);
	});

	ask('Make the contacts integration a tool of its own', ['publish_tool', 'pkg_contacts'], async (call) => {
		await call('publish_tool', { package_id: demo.packages.contacts, tool_name: 'contacts', description: 'Turns CRM contacts into those of the warehouse.' });
		const payload = [{ id: 7, email: 'Ada@example.com', signed_up: '2024-03-01' }];
		expect(await call('pkg_contacts', { payload, wait_seconds: 50 })).toMatchObject({ outputs: [{ rows: [{ contact_id: 7, address: 'ada@example.com' }] }] });
	});
});
