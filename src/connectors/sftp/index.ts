import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const sftp = defineConnector({
	type: 'sftp',
	title: 'SFTP',
	kind: 'files',
	config,
	secrets,
	credentialSettings: ['host', 'port', 'host_key'],
	suggestedComponents: ['cloud_storage_source_component', 'cloud_storage_destination_component', 'move_file_component'],
	delivery: {
		guarantee: 'exactly_once',
		because:
			'Parts are written at fixed places of a hidden file beside the destination, which takes its name when all are there; a rename that was done is known again by the time it was given.',
	},
	async open(settings, env) {
		const { openSftp } = await import('./store.ts');
		return openSftp(settings, env);
	},
});
