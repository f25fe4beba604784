import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { RESULTS, TOOLS, type WithFixtures } from './fixtures.ts';

let handler: ReturnType<typeof createMcpHandler> | null = null;

/** The SDK's low-level server with the same answers, schemas built once: what one gets without a gateway around it. */
function bareServer(env: WithFixtures) {
	return createMcpHandler(
		() => {
			const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
			server.setRequestHandler('tools/list', () => ({ tools: [...env[TOOLS]] }));
			server.setRequestHandler('tools/call', ({ params }) => env[RESULTS][params.name] ?? { content: [], isError: true });
			return server;
		},
		{ legacy: 'stateless' },
	);
}

export default {
	fetch(request: Request, env: WithFixtures): Promise<Response> {
		handler ??= bareServer(env);
		return handler.fetch(request);
	},
};
