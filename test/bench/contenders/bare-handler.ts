import { RESULTS, TOOLS, type WithFixtures } from './fixtures.ts';

/** The ceiling: a JSON-RPC handler written by hand, with the same answers and nothing else. No token is looked up, nothing is checked. */
export default {
	async fetch(request: Request, env: WithFixtures): Promise<Response> {
		const message = (await request.json()) as { id: number; method: string; params: { name: string } };
		const result =
			message.method === 'tools/list' ? { resultType: 'complete', tools: env[TOOLS] } : { resultType: 'complete', ...env[RESULTS][message.params.name] };
		return Response.json({ jsonrpc: '2.0', id: message.id, result });
	},
};
