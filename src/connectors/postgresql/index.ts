import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const postgresql = defineConnector({
	type: 'postgresql',
	title: 'PostgreSQL',
	kind: 'tables',
	config,
	secrets,
	credentialSettings: ['host', 'port', 'ssl'],
	suggestedComponents: ['database_source_component', 'database_destination_component', 'execute_sql_component'],
	delivery: {
		guarantee: 'exactly_once',
		because:
			'Rows are copied into a staging table together with a ledger entry per batch; one transaction moves them into the table and marks the run as committed.',
	},
	async open(settings, env) {
		const { openPostgres } = await import('./store.ts');
		return openPostgres(settings, env);
	},
});
