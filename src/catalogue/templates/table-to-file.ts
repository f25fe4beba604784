import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const tableToFile: PackageTemplate = {
	key: 'table_to_file',
	title: 'A table into a file',
	summary: 'Exports rows of a database table as a CSV file, largest first. It reads the table that file_to_table writes.',
	kind: 'package',
	systems: ['sqlite', 'r2', 'postgresql', 's3'],
	components: ({ storage, database }) => [
		{
			database_source_component: {
				id: 'table',
				name: 'table',
				connection_id: database,
				table: 'flights',
				where_clause: 'count > 1000',
				fields: [{ name: 'origin' }, { name: 'destination' }, { name: 'count', type: 'integer' }],
			},
		},
		{ sort_component: { id: 'sorted', name: 'most first', keys: [{ field: 'count', direction: 'desc' }] } },
		{
			cloud_storage_destination_component: {
				id: 'file',
				name: 'file',
				connection_id: storage,
				path: 'exports',
				file_name: 'busy-routes.csv',
				if_exists: 'replace_file',
			},
		},
	],
	edges: chain('table', 'sorted', 'file'),
};
