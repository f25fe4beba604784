import { flightsSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const fileToTable: PackageTemplate = {
	key: 'file_to_table',
	title: 'A file into a table',
	summary: 'Loads a CSV file into a database table, which is emptied first. Change the path, the fields and the table.',
	kind: 'package',
	systems: ['r2', 'sqlite', 's3', 'postgresql'],
	components: ({ storage, database }) => [
		flightsSource(storage),
		{ database_destination_component: { id: 'table', name: 'table', connection_id: database, table: 'flights', operation: 'truncate_and_insert' } },
	],
	edges: chain('flights', 'table'),
};
