import { createMCPClient } from '@ai-sdk/mcp';
import { MCPServerStreamableHttp } from '@openai/agents';
import { type ClientUnderTest, textOf, type Where } from './client.ts';

/** The MCP server object of the OpenAI Agents SDK, as an agent uses it. */
export async function openaiAgents({ mcp_url, token }: Where): Promise<ClientUnderTest> {
	const server = new MCPServerStreamableHttp({
		url: mcp_url,
		name: 'headgate',
		requestInit: { headers: { authorization: `Bearer ${token}` } },
		clientSessionTimeoutSeconds: 90,
	});
	await server.connect();
	return {
		listTools: async () => (await server.listTools()).map(({ name }) => name),
		callTool: async (name, args) => {
			const result = await server.callToolResult(name, args);
			return { text: textOf(result.content), failed: result.isError === true };
		},
		close: () => server.close(),
	};
}

/** The AI SDK, through the tools it hands to a model. */
export async function aiSdk({ mcp_url, token }: Where): Promise<ClientUnderTest> {
	const client = await createMCPClient({ transport: { type: 'http', url: mcp_url, headers: { Authorization: `Bearer ${token}` } } });
	const tools = await client.tools();
	return {
		listTools: async () => Object.keys(tools),
		callTool: async (name, args) => {
			const result = (await tools[name]?.execute?.(args, { toolCallId: 'call', messages: [], context: {} })) as { content?: unknown; isError?: boolean };
			return { text: textOf(result.content), failed: result.isError === true };
		},
		close: () => client.close(),
	};
}
