import { FIELDS } from '../numbers.ts';
import { chain, difference, type Scenario } from '../scenario.ts';

/** Rows go out while the run goes on: what a kill repeats must be known again by its key, and hold the same rows. */
export const API_SCENARIO: Scenario = {
	name: 'rest',
	covers: 'CSV → filter → POST of 100 rows each, at least once, under one Idempotency-Key a batch',
	sendsAtOnce: true,
	graph: (world, target) =>
		chain(
			['cloud_storage_source', { id: 'in', connection_id: world.connections['r2'], path: 'numbers.csv', fields: FIELDS }],
			['filter', { id: 'kept', expression: 'n % 20 = 0' }],
			['rest_api_destination', { id: 'out', connection_id: world.connections['http'], path: target, batch_size: 100 }],
		),
	async look({ receiver, numbers }, target) {
		const path = `/${target}`;
		if (receiver.wrong(path) > 0) return `wrong: ${receiver.wrong(path)} batches came without a key, or again with other rows`;
		const rows = receiver.rows(path);
		if (rows.length === 0) return 'before';
		const wanted = numbers.all.filter((n) => n % 20 === 0);
		const differs = difference(
			rows.map((row) => String(row['n'])),
			wanted.map(String),
		);
		return differs === null ? 'after' : `wrong: ${differs}`;
	},
	leftovers: async () => 0,
};
