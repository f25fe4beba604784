import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const clickhouse = defineConnector({
	type: 'clickhouse',
	title: 'ClickHouse',
	kind: 'tables',
	config,
	secrets,
	credentialSettings: ['url'],
	suggestedComponents: ['database_source_component', 'database_destination_component', 'execute_sql_component'],
	delivery: {
		guarantee: 'exactly_once',
		because:
			'Batches are staged under deduplication tokens, then whole partitions are moved into the table or the table is exchanged for a new one, each of which happens once. There are no transactions: pre_sql and post_sql may run again after a crash, and a table that feeds materialized views is appended to by an INSERT that may be repeated.',
	},
	async open(settings, env) {
		const { openClickhouse } = await import('./store.ts');
		return openClickhouse(settings, env);
	},
});
