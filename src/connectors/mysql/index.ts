import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const mysql = defineConnector({
	type: 'mysql',
	title: 'MySQL and MariaDB',
	kind: 'tables',
	config,
	secrets,
	credentialSettings: ['host', 'port', 'ssl'],
	suggestedComponents: ['database_source_component', 'database_destination_component', 'execute_sql_component'],
	delivery: {
		guarantee: 'exactly_once',
		because:
			'Rows are inserted into a staging table together with a ledger entry per batch; one transaction moves them into the table and marks the run as committed. Tables must be of a transactional engine (InnoDB).',
	},
	async open(settings, env) {
		const { openMysql } = await import('./store.ts');
		return openMysql(settings, env);
	},
});
