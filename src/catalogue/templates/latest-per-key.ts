import { strikesSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const latestPerKey: PackageTemplate = {
	key: 'latest_per_key',
	title: 'The latest row of each key',
	summary: 'Keeps one row a key, the newest, where a source holds every change: the last strike of each operator.',
	kind: 'package',
	systems: ['r2', 'sqlite'],
	components: ({ storage, database }) => [
		strikesSource(storage),
		{
			window_component: {
				id: 'numbered',
				name: 'numbered',
				partition_by: ['operator'],
				sort: [{ field: 'day', direction: 'desc' }],
				functions: [{ function: 'row_number', alias: 'newest' }],
			},
		},
		{ filter_component: { id: 'latest', name: 'newest only', expression: 'newest = 1' } },
		{ select_component: { id: 'shaped', name: 'without the number', columns: [], keep_others: true, drop: ['newest'] } },
		{
			database_destination_component: {
				id: 'table',
				name: 'table',
				connection_id: database,
				table: 'latest_strikes',
				operation: 'merge_update_insert',
				merge_keys: ['operator'],
			},
		},
	],
	edges: chain('strikes', 'numbered', 'latest', 'shaped', 'table'),
};
