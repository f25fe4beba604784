import type { KnownConnection } from '../../catalogue/component.ts';
import { findConnector } from '../../connectors/index.ts';
import { type ConnectionRow, connectionsByIds, connectionsPage } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';

/** So many are read to be named in hints. */
const NAMED_IN_HINTS = 20;
/** So many different ones a package may refer to; D1 binds 100 parameters a statement. */
const MOST_REFERRED = 90;

/**
 * The connections a package refers to, and the account's first few for hints: what is read does not grow with the number there are.
 * What the definition looks like is not known yet, so every number under a key that names a connection counts.
 */
export async function knownConnections({ store }: Pick<OperationContext, 'store'>, accountId: number, definition: unknown): Promise<KnownConnection[]> {
	const [found, some] = await Promise.all([
		referredConnections({ store }, accountId, definition),
		connectionsPage(store, accountId, { types: undefined, after: 0 }, NAMED_IN_HINTS),
	]);
	const all = new Map([...found, ...some].map(({ id, name, type }) => [id, { id, name, type, kind: findConnector(type).kind }]));
	return [...all.values()].sort((a, b) => a.id - b.id);
}

/** Those of the account that a definition refers to. */
export async function referredConnections({ store }: Pick<OperationContext, 'store'>, accountId: number, definition: unknown): Promise<ConnectionRow[]> {
	const ids = new Set<number>();
	collectIds(definition, ids, 0);
	const referred = [...ids].slice(0, MOST_REFERRED);
	return referred.length === 0 ? [] : connectionsByIds(store, accountId, referred);
}

/** Deeper than any package that is valid. */
const MAX_DEPTH = 64;

function collectIds(value: unknown, ids: Set<number>, depth: number): void {
	if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return;
	for (const [key, inside] of Object.entries(value)) {
		if (key === 'connection_id' && typeof inside === 'number' && Number.isSafeInteger(inside)) ids.add(inside);
		else collectIds(inside, ids, depth + 1);
	}
}
