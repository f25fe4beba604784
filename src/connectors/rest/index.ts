import { defineConnector } from '../define.ts';
import { config, secrets } from './config.ts';

export const http = defineConnector({
	type: 'http',
	title: 'REST API',
	kind: 'http',
	config,
	secrets,
	credentialSettings: ['base_url', 'token_url'],
	suggestedComponents: ['rest_api_source_component', 'rest_api_destination_component', 'http_call_component'],
	delivery: {
		guarantee: 'at_least_once',
		because:
			'HTTP has no transaction: a request whose answer was lost may have been carried out. It is sent again with the same Idempotency-Key, so a server that honours that header takes it once.',
	},
	async open(settings, env) {
		const { openHttp } = await import('./endpoint.ts');
		return openHttp(settings, env);
	},
});
