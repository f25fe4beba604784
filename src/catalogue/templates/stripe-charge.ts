import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const stripeCharge: PackageTemplate = {
	key: 'stripe_charge_to_ledger',
	title: 'Stripe charges as ledger entries',
	summary:
		'Maps charges: amounts from cents, seconds to times, the sign of refunds. Replace the payload source by one over your connection and the result by your destination.',
	kind: 'field_mapping',
	systems: ['stripe', 'sqlite'],
	payload: [
		{ id: 'ch_1', amount: 1999, currency: 'eur', created: 1704067200, refunded: false },
		{ id: 'ch_2', amount: 500, currency: 'usd', created: 1704070800, refunded: true },
	],
	components: () => [
		{
			payload_source_component: {
				id: 'records',
				name: 'records',
				fields: [
					{ name: 'id', type: 'string' },
					{ name: 'amount', type: 'long' },
					{ name: 'currency', type: 'string' },
					{ name: 'created', type: 'long' },
					{ name: 'refunded', type: 'boolean' },
				],
			},
		},
		{
			select_component: {
				id: 'mapped',
				name: 'mapped',
				columns: [
					{ expression: 'id', alias: 'entry_id' },
					{ expression: 'cast(case when refunded then 0 - amount else amount end as decimal(18,2)) / 100', alias: 'amount' },
					{ expression: 'upper(currency)', alias: 'currency' },
					{ expression: 'from_unix_time(created)', alias: 'booked_at' },
				],
			},
		},
		{ result_destination_component: { id: 'shown', name: 'mapped records' } },
	],
	edges: chain('records', 'mapped', 'shown'),
};
