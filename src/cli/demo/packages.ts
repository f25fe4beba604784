import { DEMO_FILES } from './data.ts';

/** Ids of the demo account's connections, as list_connections gives them. */
export interface Connections {
	readonly storage: number;
	readonly database: number;
}

export interface DemoPackage {
	readonly name: string;
	readonly description: string;
	readonly flow_type: 'dataflow' | 'workflow';
	readonly variables?: Readonly<Record<string, unknown>>;
	readonly components: readonly Readonly<Record<string, unknown>>[];
	readonly edges: readonly { readonly source: string; readonly target: string; readonly target_port?: 'left' | 'right' }[];
}

const column = (name: string, type: string, alias?: string) => (alias === undefined ? { name, type } : { name, type, alias });

/** An edge from each component to the next. */
const chain = (...ids: readonly string[]) => ids.slice(1).map((target, index) => ({ source: ids[index] ?? '', target }));

export function busiestAirports({ storage, database }: Connections): DemoPackage {
	return {
		name: 'Busiest airports',
		description: 'Flights per airport of departure with its city and state, the busiest first, into a table.',
		flow_type: 'dataflow',
		components: [
			{
				cloud_storage_source_component: {
					id: 'flights',
					name: 'flights',
					connection_id: storage,
					path: DEMO_FILES.flights.key,
					fields: [column('origin', 'string'), column('destination', 'string'), column('count', 'integer', 'flights')],
				},
			},
			{
				cloud_storage_source_component: {
					id: 'airports',
					name: 'airports',
					connection_id: storage,
					path: DEMO_FILES.airports.key,
					fields: [column('iata', 'string'), column('city', 'string'), column('state', 'string')],
				},
			},
			{ join_component: { id: 'located', name: 'with city and state', join_type: 'inner', keys: [{ left: 'origin', right: 'iata' }] } },
			{
				aggregate_component: {
					id: 'per_origin',
					name: 'flights per airport',
					group_by: ['origin', 'city', 'state'],
					aggregates: [{ function: 'sum', field: 'flights', alias: 'flights' }],
				},
			},
			{ sort_component: { id: 'ranked', name: 'busiest first', keys: [{ field: 'flights', direction: 'desc' }] } },
			{
				database_destination_component: {
					id: 'table',
					name: 'busiest_airports',
					connection_id: database,
					table: 'busiest_airports',
					operation: 'truncate_and_insert',
				},
			},
			{ limit_component: { id: 'top', name: 'top ten', limit: 10, sort: [{ field: 'flights', direction: 'desc' }] } },
			{ result_destination_component: { id: 'shown', name: 'top ten airports' } },
		],
		edges: [
			{ source: 'flights', target: 'located', target_port: 'left' },
			{ source: 'airports', target: 'located', target_port: 'right' },
			...chain('located', 'per_origin', 'ranked', 'table'),
			...chain('ranked', 'top', 'shown'),
		],
	};
}

export function birdStrikeCosts({ storage }: Connections): DemoPackage {
	return {
		name: 'Bird strike costs',
		description: 'What collisions with birds cost each operator, into a CSV file.',
		flow_type: 'dataflow',
		components: [
			{
				cloud_storage_source_component: {
					id: 'strikes',
					name: 'bird strikes',
					connection_id: storage,
					path: DEMO_FILES.strikes.key,
					fields: [
						column('Aircraft Airline Operator', 'string', 'operator'),
						column('Cost Total $', 'long', 'cost'),
						column('Speed IAS in knots', 'integer', 'speed'),
					],
				},
			},
			{
				aggregate_component: {
					id: 'per_operator',
					name: 'cost per operator',
					group_by: ['operator'],
					aggregates: [
						{ function: 'count_all', alias: 'strikes' },
						{ function: 'sum', field: 'cost', alias: 'cost' },
					],
				},
			},
			{ filter_component: { id: 'costly', name: 'that cost anything', expression: 'cost > 0' } },
			{ sort_component: { id: 'ranked', name: 'dearest first', keys: [{ field: 'cost', direction: 'desc' }] } },
			{
				cloud_storage_destination_component: {
					id: 'report',
					name: 'report',
					connection_id: storage,
					path: 'reports',
					file_name: 'bird-strike-costs.csv',
					format: 'delimited',
					if_exists: 'replace_file',
				},
			},
		],
		edges: chain('strikes', 'per_operator', 'costly', 'ranked', 'report'),
	};
}

export function weatherByMonth({ storage }: Connections): DemoPackage {
	return {
		name: 'Seattle weather by month',
		description: 'Days, rain and the warmest day of each calendar month, 2012 to 2015.',
		flow_type: 'dataflow',
		components: [
			{
				cloud_storage_source_component: {
					id: 'weather',
					name: 'weather',
					connection_id: storage,
					path: DEMO_FILES.weather.key,
					fields: [column('date', 'date'), column('precipitation', 'decimal(8,1)'), column('temp_max', 'double')],
				},
			},
			{
				select_component: {
					id: 'dated',
					name: 'month of the day',
					columns: [
						{ expression: 'GetMonth(date)', alias: 'month' },
						{ expression: 'precipitation', alias: 'rain' },
						{ expression: 'temp_max', alias: 'warmth' },
					],
				},
			},
			{
				aggregate_component: {
					id: 'monthly',
					name: 'per month',
					group_by: ['month'],
					aggregates: [
						{ function: 'count_all', alias: 'days' },
						{ function: 'sum', field: 'rain', alias: 'rain_mm' },
						{ function: 'max', field: 'warmth', alias: 'warmest' },
					],
				},
			},
			{ sort_component: { id: 'ordered', name: 'January first', keys: [{ field: 'month' }] } },
			{ result_destination_component: { id: 'shown', name: 'weather by month' } },
		],
		edges: chain('weather', 'dated', 'monthly', 'ordered', 'shown'),
	};
}

/** Where the failing package looks: the weather file as its provider sends it since one of its columns was renamed. */
export const RENAMED_KEY = 'weather/provider/latest.csv';
export const RENAMED = { from: 'precipitation', to: 'precipitation_mm' } as const;

export function wettestDays({ storage }: Connections): DemoPackage {
	return {
		name: 'Wettest days',
		description: 'The ten days with the most rain; its provider has renamed a column meanwhile.',
		flow_type: 'dataflow',
		components: [
			{
				cloud_storage_source_component: {
					id: 'latest',
					name: 'latest weather',
					connection_id: storage,
					path: RENAMED_KEY,
					fields: [column('date', 'date'), column(RENAMED.from, 'decimal(8,1)')],
				},
			},
			{ limit_component: { id: 'wettest', name: 'ten wettest', limit: 10, sort: [{ field: RENAMED.from, direction: 'desc' }] } },
			{ result_destination_component: { id: 'shown', name: 'ten wettest days' } },
		],
		edges: chain('latest', 'wettest', 'shown'),
	};
}
