import { chain, type PackageTemplate } from './template.ts';

export const archiveAndLoad: PackageTemplate = {
	key: 'archive_and_load',
	title: 'Keep the files of the day, then load them',
	summary:
		'A workflow: copies files into a folder of the day, waits a moment, runs the package that loads them, and asks the database: put your own check in the place of its query.',
	kind: 'package',
	flow_type: 'workflow',
	systems: ['r2', 's3', 'sqlite'],
	variables: {
		day: { type: 'string', default: { expression: "ToString(CurrentTime(), 'yyyy-MM-dd')" }, description: 'Name of the folder.' },
		found: { type: 'long', default: 0, description: 'What the check found.' },
	},
	components: ({ storage, database, package: package_id }) => [
		{
			move_file_component: {
				id: 'archive',
				name: 'keep the files',
				from: { connection_id: storage, path: 'flights/*.csv' },
				to: { connection_id: storage, path: 'archive/$day/' },
				if_exists: 'replace',
			},
		},
		{ sleep_component: { id: 'pause', name: 'a moment', seconds: 1 } },
		{ run_package_component: { id: 'load', name: 'the load', package_id } },
		{ execute_sql_component: { id: 'check', name: 'look at the database', connection_id: database, query: 'select 1', result_variable: 'found' } },
	],
	edges: chain('archive', 'pause', 'load', 'check'),
};
