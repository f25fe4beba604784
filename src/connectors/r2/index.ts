import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const r2 = defineConnector({
	type: 'r2',
	title: 'Embedded storage',
	kind: 'files',
	config,
	secrets,
	credentialSettings: [],
	suggestedComponents: ['cloud_storage_source_component', 'cloud_storage_destination_component', 'move_file_component'],
	delivery: {
		guarantee: 'exactly_once',
		because: 'Parts of an upload are numbered and show nothing until the upload is completed; completing twice finds its own object.',
	},
	async open(settings, env) {
		const { R2FileStore } = await import('./store.ts');
		return new R2FileStore(env.files, settings.accountId);
	},
});
