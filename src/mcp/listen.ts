import { createMcpHandler, type McpServerFactory, type ServerEvent } from '@modelcontextprotocol/server';
import { listen } from '../operations/notices/listen.ts';
import type { Change } from '../operations/notices/ports.ts';
import { grantStands } from '../operations/tokens/grant-stands.ts';
import type { Exchange } from './exchange.ts';

/**
 * `subscriptions/listen`: the SDK keeps the stream, the account's notice object says what changed. The ear is open before the
 * client is told that it hears. Each event is passed on only while the grant stands; with it the stream ends.
 */
export async function serveListen(request: Request, message: unknown, exchange: Exchange, serverFor: McpServerFactory, onerror: (error: Error) => void) {
	const hearers = new Set<(event: ServerEvent) => void>();
	const pass = async (change: Change): Promise<void> => {
		if (!(await grantStands(exchange.operations, exchange.principal))) return handler.close();
		if (typeof change === 'object' && !(await exchange.surface.mayRead(change.resource, exchange))) return;
		for (const hear of hearers) hear(eventOf(change));
	};
	// One after another: the second must not overtake the first while that one is looked at.
	let last: Promise<void> = Promise.resolve();
	const heard = (change: Change) => {
		last = last.then(() => pass(change)).catch((error: unknown) => exchange.log.warn('a change was not passed on', { error: String(error) }));
	};
	const ear = await listen(exchange.operations, exchange.principal.account.id, heard, () => void handler.close());
	const bus = {
		publish: () => undefined,
		subscribe(hear: (event: ServerEvent) => void) {
			hearers.add(hear);
			return () => {
				hearers.delete(hear);
				ear.stop();
			};
		},
	};
	const handler = createMcpHandler(serverFor, { legacy: 'reject', bus, onerror });
	const response = await handler.fetch(request, { parsedBody: message });
	// Refused, or nothing of what was asked for is ever told.
	if (hearers.size === 0) ear.stop();
	return response;
}

function eventOf(change: Change): ServerEvent {
	return typeof change === 'object' ? { kind: 'resource_updated', uri: change.resource } : { kind: `${change}_list_changed` };
}
