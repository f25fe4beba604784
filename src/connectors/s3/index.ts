import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const s3 = defineConnector({
	type: 's3',
	title: 'Amazon S3 and compatible storage',
	kind: 'files',
	config,
	secrets,
	credentialSettings: ['endpoint', 'region', 'addressing'],
	suggestedComponents: ['cloud_storage_source_component', 'cloud_storage_destination_component', 'move_file_component'],
	delivery: {
		guarantee: 'exactly_once',
		because: 'Parts of an upload are numbered and show nothing until the upload is completed; completing twice finds its own object.',
	},
	async open(settings, env) {
		const { openS3 } = await import('./store.ts');
		return openS3(settings, env);
	},
});
