import { strikesSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const quarantineBadRows: PackageTemplate = {
	key: 'quarantine_bad_rows',
	title: 'Check rows, set the bad ones aside',
	summary: 'Good rows go into a table, rows that break a rule into a file with the reason, and the run fails when they are too many.',
	kind: 'package',
	systems: ['r2', 'sqlite'],
	settings: { max_errors: '90%' },
	components: ({ storage, database }) => [
		strikesSource(storage),
		{
			assert_component: {
				id: 'checked',
				name: 'checked',
				expression: "operator <> 'MILITARY' and cost >= 0",
				message: 'military, or no cost known',
				on_error: 'dead_letter',
			},
		},
		{ database_destination_component: { id: 'table', name: 'table', connection_id: database, table: 'civil_strikes', operation: 'truncate_and_insert' } },
		{
			cloud_storage_destination_component: {
				id: 'quarantine',
				name: 'quarantine',
				connection_id: storage,
				path: 'quarantine',
				file_name: 'strikes.csv',
				if_exists: 'replace_file',
			},
		},
	],
	edges: [...chain('strikes', 'checked', 'table'), { source: 'checked', target: 'quarantine', source_port: 'dead_letter' }],
};
