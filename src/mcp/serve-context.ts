import type { Server, ServerContext } from '@modelcontextprotocol/server';
import { complete } from './completion/complete.ts';
import type { Caller } from './dispatch.ts';
import type { Exchange } from './exchange.ts';
import { getPrompt, listPrompts } from './prompts/serve.ts';
import { listResources, listTemplates } from './resources/list.ts';
import { readResource } from './resources/read.ts';

/** Resources, prompts, and the completion of their arguments. */
export function serveContext(server: Server, exchangeOf: (context: ServerContext) => Exchange): void {
	const caller = (context: ServerContext): Caller => ({ ...exchangeOf(context), signal: context.mcpReq.signal, notify: null });
	server.setRequestHandler('resources/list', ({ params }, context) => listResources(params?.cursor, caller(context)));
	server.setRequestHandler('resources/templates/list', (_, context) => listTemplates(caller(context)));
	server.setRequestHandler('resources/read', ({ params }, context) => readResource(params.uri, caller(context)));
	server.setRequestHandler('prompts/list', (_, context) => listPrompts(caller(context)));
	server.setRequestHandler('prompts/get', ({ params }, context) => getPrompt(params.name, params.arguments ?? {}, caller(context)));
	server.setRequestHandler('completion/complete', ({ params }, context) => complete(params, caller(context)));
}
