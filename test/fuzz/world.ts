import type { Ready } from '../support/gateway-process.ts';
import type { World } from './requests.ts';

/** What the fuzzer knows of a gateway: its tools with their schemas. */
export async function worldOf({ mcp_url, account, token }: Ready): Promise<World> {
	const response = await fetch(mcp_url, {
		method: 'POST',
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
	});
	const { result } = (await response.json()) as { result: { tools: World['tools'] } };
	return { account, token, tools: result.tools };
}
