import { weatherSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const incrementalLoad: PackageTemplate = {
	key: 'incremental_load',
	title: 'Only what is new, merged by key',
	summary:
		'Takes rows from a day on and merges them into a table by key; may be repeated. The variable since says from when: give it per run, or let its default be an expression.',
	kind: 'package',
	systems: ['r2', 'sqlite'],
	variables: { since: { type: 'date', default: '2015-01-01', description: 'First day to load.' } },
	components: ({ storage, database }) => [
		weatherSource(storage),
		{ filter_component: { id: 'recent', name: 'new ones', expression: 'date >= $since' } },
		{
			database_destination_component: {
				id: 'table',
				name: 'table',
				connection_id: database,
				table: 'weather',
				operation: 'merge_update_insert',
				merge_keys: ['date'],
			},
		},
	],
	edges: chain('weather', 'recent', 'table'),
};
