import { airportsSource, flightsSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const joinAndAggregate: PackageTemplate = {
	key: 'join_and_aggregate',
	title: 'Join two files and sum up',
	summary: 'Joins facts with their master data and sums them per group into a table: flights per state of departure.',
	kind: 'package',
	systems: ['r2', 'sqlite'],
	components: ({ storage, database }) => [
		flightsSource(storage),
		airportsSource(storage),
		{ join_component: { id: 'located', name: 'with airport', keys: [{ left: 'origin', right: 'iata' }] } },
		{
			aggregate_component: {
				id: 'per_state',
				name: 'per state',
				group_by: ['state'],
				aggregates: [
					{ function: 'sum', field: 'count', alias: 'flights' },
					{ function: 'count_distinct', field: 'origin', alias: 'airports' },
				],
			},
		},
		{
			database_destination_component: {
				id: 'table',
				name: 'table',
				connection_id: database,
				table: 'flights_per_state',
				operation: 'truncate_and_insert',
			},
		},
	],
	edges: [
		{ source: 'flights', target: 'located', target_port: 'left' },
		{ source: 'airports', target: 'located', target_port: 'right' },
		...chain('located', 'per_state', 'table'),
	],
};
