import { weatherSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const movingAverage: PackageTemplate = {
	key: 'moving_average',
	title: 'Running totals and moving averages',
	summary: 'Adds a total so far and an average over the last seven days to every row.',
	kind: 'package',
	systems: ['r2', 'sqlite'],
	components: ({ storage, database }) => [
		weatherSource(storage),
		{
			window_component: {
				id: 'windowed',
				name: 'windowed',
				sort: [{ field: 'date' }],
				functions: [
					{ function: 'sum', field: 'precipitation', alias: 'rain_so_far' },
					{ function: 'avg', field: 'temp_max', alias: 'week', frame: { unit: 'rows', start: '6 preceding', end: 'current row' } },
				],
			},
		},
		{ database_destination_component: { id: 'table', name: 'table', connection_id: database, table: 'weather_trend', operation: 'truncate_and_insert' } },
	],
	edges: chain('weather', 'windowed', 'table'),
};
