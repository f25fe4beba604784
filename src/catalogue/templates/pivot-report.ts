import { weatherSource } from './demo-files.ts';
import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const pivotReport: PackageTemplate = {
	key: 'pivot_report',
	title: 'A cross table',
	summary: 'Turns values of a column into columns: days of each kind of weather, a row a year.',
	kind: 'package',
	systems: ['r2'],
	components: ({ storage }) => [
		weatherSource(storage),
		{
			select_component: {
				id: 'dated',
				name: 'year of the day',
				columns: [
					{ expression: 'GetYear(date)', alias: 'year' },
					{ expression: 'weather', alias: 'kind' },
					{ expression: '1', alias: 'days' },
				],
			},
		},
		{
			pivot_component: {
				id: 'crossed',
				name: 'kinds across',
				group_by: ['year'],
				key: 'kind',
				value: 'days',
				aggregate: 'sum',
				columns: ['sun', 'rain', 'fog', 'drizzle', 'snow'],
			},
		},
		{ sort_component: { id: 'sorted', name: 'by year', keys: [{ field: 'year' }] } },
		{ result_destination_component: { id: 'shown', name: 'weather per year' } },
	],
	edges: chain('weather', 'dated', 'crossed', 'sorted', 'shown'),
};
