import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const sqlite = defineConnector({
	type: 'sqlite',
	title: 'Embedded database',
	kind: 'tables',
	config,
	secrets,
	credentialSettings: [],
	suggestedComponents: ['database_source_component', 'database_destination_component', 'execute_sql_component'],
	delivery: {
		guarantee: 'exactly_once',
		because: 'Rows are staged with a ledger of run and batch; one transaction moves them into the table and marks the run as committed.',
	},
	async open(settings, env) {
		const { SqliteStore } = await import('./store.ts');
		return new SqliteStore(env.database(settings.accountId));
	},
});
