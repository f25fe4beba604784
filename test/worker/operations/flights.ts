import type { CreatePackageInput } from '../../../src/operations/packages/create.ts';

/** Departures, whose columns are found out from the file. */
export const FLIGHTS = 'origin,destination,count\nATL,JFK,10\nATL,SFO,5\nSFO,ATL,7\n';

/** Flights per origin, as a result; connection 1 is the account's embedded storage. */
export function flightsPerOrigin(changes: Partial<CreatePackageInput> = {}): CreatePackageInput {
	return {
		name: 'flights per origin',
		flow_type: 'dataflow',
		components: [
			{ cloud_storage_source_component: { name: 'flights', connection_id: 1, path: 'flights.csv' } },
			{ aggregate_component: { name: 'per origin', group_by: ['origin'], aggregates: [{ function: 'sum', field: 'count', alias: 'flights' }] } },
			{ sort_component: { name: 'sorted', keys: [{ field: 'origin' }] } },
			{ result_destination_component: { name: 'result' } },
		],
		edges: [
			{ source: 'flights', target: 'per origin' },
			{ source: 'per origin', target: 'sorted' },
			{ source: 'sorted', target: 'result' },
		],
		...changes,
	};
}
