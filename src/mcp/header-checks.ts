import type { JSONRPCRequest } from '@modelcontextprotocol/server';
import type { Exchange } from './exchange.ts';
import { decodeHeader, type Mismatch, mismatchedParameter } from './param-headers.ts';

/** JSON-RPC code of this protocol: headers and body disagree. */
const HEADER_MISMATCH = -32020;
const OF_TASKS: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

/** The checks of headers that the SDK leaves to a low-level server: arguments that are mirrored, and the names of tasks. Null where all agree. */
export async function headersDisagree({ id, method, params }: JSONRPCRequest, headers: Headers, exchange: Exchange): Promise<Response | null> {
	const found = OF_TASKS.has(method) ? taskName(params?.['taskId'], headers) : method === 'tools/call' ? await parameters(params, headers, exchange) : null;
	if (found === null) return null;
	const error = { code: HEADER_MISMATCH, message: `Bad Request: the request headers and body disagree: ${found.body}`, data: { mismatch: found } };
	return Response.json({ jsonrpc: '2.0', id, error }, { status: 400 });
}

function taskName(taskId: unknown, headers: Headers): Mismatch | null {
	const header = 'Mcp-Name';
	if (typeof taskId !== 'string') return null;
	const sent = headers.get(header);
	if (sent === null) return { header, body: 'the body carries params.taskId but the required Mcp-Name header is absent' };
	return decodeHeader(sent) === taskId ? null : { header, body: 'the Mcp-Name header does not name params.taskId' };
}

async function parameters(params: JSONRPCRequest['params'], headers: Headers, exchange: Exchange): Promise<Mismatch | null> {
	const name = params?.['name'];
	const schema = typeof name === 'string' ? await exchange.surface.inputSchema(name, exchange) : undefined;
	return schema === undefined ? null : mismatchedParameter(schema, params?.['arguments'], headers);
}
