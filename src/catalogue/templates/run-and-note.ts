import type { PackageTemplate } from './template.ts';

export const runAndNote: PackageTemplate = {
	key: 'run_and_note',
	title: 'Run a package and note how it went',
	summary: 'A workflow: runs a package and writes a line into a table, one when it completed and another when it failed. Give the package_id of yours.',
	kind: 'package',
	flow_type: 'workflow',
	systems: ['sqlite'],
	variables: { outcome: { type: 'json', default: null, description: 'What the run gave: status, run_id, records per destination.' } },
	components: ({ database, package: package_id }) => [
		{
			execute_sql_component: {
				id: 'log',
				name: 'a table to note in',
				connection_id: database,
				query: 'create table if not exists run_log (run_id varchar(40), what varchar(40), detail varchar(4000))',
			},
		},
		{ run_package_component: { id: 'load', name: 'the load', package_id, result_variable: 'outcome' } },
		{
			execute_sql_component: {
				id: 'noted',
				name: 'note that it is done',
				connection_id: database,
				query: "insert into run_log (run_id, what, detail) values ('$_RUN_ID', 'completed', '$outcome')",
			},
		},
		{
			execute_sql_component: {
				id: 'failed',
				name: 'note why it failed',
				connection_id: database,
				query: "insert into run_log (run_id, what, detail) values ('$_RUN_ID', 'failed', '$_FAILED_ERROR')",
			},
		},
	],
	edges: [
		{ source: 'log', target: 'load' },
		{ source: 'load', target: 'noted' },
		{ source: 'load', target: 'failed', condition: 'failure' },
	],
};
