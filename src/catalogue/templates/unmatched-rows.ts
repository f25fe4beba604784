import { airportsSource, flightsSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const unmatchedRows: PackageTemplate = {
	key: 'unmatched_rows',
	title: 'Rows without their master data',
	summary: 'Finds rows whose key is missing on the other side: routes to airports that the list does not know.',
	kind: 'package',
	systems: ['r2'],
	components: ({ storage }) => [
		flightsSource(storage),
		airportsSource(storage),
		{ join_component: { id: 'looked_up', name: 'looked up', join_type: 'left', keys: [{ left: 'destination', right: 'iata' }] } },
		{ filter_component: { id: 'missing', name: 'not found', expression: 'iata is null' } },
		{ result_destination_component: { id: 'shown', name: 'unknown airports' } },
	],
	edges: [
		{ source: 'flights', target: 'looked_up', target_port: 'left' },
		{ source: 'airports', target: 'looked_up', target_port: 'right' },
		...chain('looked_up', 'missing', 'shown'),
	],
};
