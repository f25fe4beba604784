import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import worker from '../../src/index.ts';

/** Sends a request to the same gateway as a deployment with other settings would serve it. */
export function configuredGateway(settings: Readonly<Record<string, string>>): (url: string, init: RequestInit) => Promise<Response> {
	return async (url, init) => {
		const context = createExecutionContext();
		const response = await worker.fetch(new Request(url, init) as Request<unknown, IncomingRequestCfProperties>, { ...env, ...settings }, context);
		await waitOnExecutionContext(context);
		return response;
	};
}
