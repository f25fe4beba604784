import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { TOOLS as REGISTRY } from '../../../src/mcp/tools/index.ts';
import { RESULTS, type WithFixtures } from './fixtures.ts';

/** The SDK's line of the 2025 era, stateless: a server and a transport for each request. */
export default {
	async fetch(request: Request, env: WithFixtures): Promise<Response> {
		const server = new McpServer({ name: 'v1', version: '1.0.0' });
		for (const { name, title, description, input } of REGISTRY) {
			server.registerTool(name, { title, description, inputSchema: input }, () => (env[RESULTS][name] ?? { content: [] }) as never);
		}
		const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
		await server.connect(transport);
		return transport.handleRequest(request);
	},
};
