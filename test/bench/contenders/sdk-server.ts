import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { TOOLS as REGISTRY } from '../../../src/mcp/tools/index.ts';
import { RESULTS, type WithFixtures } from './fixtures.ts';

let handler: ReturnType<typeof createMcpHandler> | null = null;

/** The SDK's high-level server as its documentation shows it: our tools' schemas, registered for each request. */
function handlerOver(env: WithFixtures) {
	return createMcpHandler(
		() => {
			const server = new McpServer({ name: 'plain', version: '1.0.0' });
			for (const { name, title, description, input } of REGISTRY) {
				server.registerTool(name, { title, description, inputSchema: input }, () => env[RESULTS][name] ?? { content: [] });
			}
			return server;
		},
		{ legacy: 'stateless' },
	);
}

export default {
	fetch(request: Request, env: WithFixtures): Promise<Response> {
		handler ??= handlerOver(env);
		return handler.fetch(request);
	},
};
