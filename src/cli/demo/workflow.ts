import type { Assistant } from './assistant.ts';
import { expectEqual } from './expect.ts';
import type { Facts } from './facts.ts';
import type { Connections, DemoPackage } from './packages.ts';
import type { Run } from './runs.ts';
import { table } from './table.ts';

/** Every kind of task but the HTTP call: there is nothing outside to be called in a demo. */
export function morningReport({ storage, database }: Connections, packages: { readonly airports: number; readonly strikes: number }): DemoPackage {
	return {
		name: 'Morning report',
		description: 'Runs two packages side by side, counts what one wrote, keeps a copy of what the other wrote, and waits a moment.',
		flow_type: 'workflow',
		variables: { airports_found: 0 },
		components: [
			{ run_package_component: { id: 'airports', name: 'busiest airports', package_id: packages.airports } },
			{ run_package_component: { id: 'strikes', name: 'bird strike costs', package_id: packages.strikes } },
			{
				execute_sql_component: {
					id: 'count',
					name: 'count the airports',
					connection_id: database,
					query: 'select count(*) from busiest_airports',
					result_variable: 'airports_found',
				},
			},
			{
				move_file_component: {
					id: 'keep',
					name: 'keep a copy of the report',
					from: { connection_id: storage, path: 'reports/bird-strike-costs.csv' },
					to: { connection_id: storage, path: 'reports/kept/' },
					if_exists: 'replace',
				},
			},
			{ sleep_component: { id: 'pause', name: 'a moment', seconds: 1 } },
		],
		edges: [
			{ source: 'airports', target: 'count' },
			{ source: 'strikes', target: 'keep' },
			{ source: 'count', target: 'pause' },
			{ source: 'keep', target: 'pause' },
		],
	};
}

/** What its run came to, task by task, for whoever watches the demo. */
export async function toldTasks(assistant: Assistant, run: Run, facts: Facts): Promise<string> {
	const tasks = run.tasks ?? [];
	expectEqual(
		'how the tasks ended',
		tasks.map(({ id, status }) => [id, status]).sort(),
		['airports', 'count', 'keep', 'pause', 'strikes'].map((id) => [id, 'completed']),
	);
	const child = tasks.find(({ id }) => id === 'airports')?.run_id;
	const started = await assistant.call<Run>('get_run', { run_id: child });
	expectEqual(
		'rows of the table, by the run that the workflow started',
		started.outputs.find(({ name }) => name === 'busiest_airports')?.records_count,
		facts.airports.length,
	);
	return table(
		['task', 'status', 'run'],
		tasks.map(({ name, status, run_id }) => [name, status, run_id ?? '']),
	);
}
