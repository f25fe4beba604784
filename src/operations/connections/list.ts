import type { OpenConnection } from '../../connectors/connector.ts';
import { CONNECTORS, findConnector } from '../../connectors/index.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { ConnectionItem, ConnectionStatus } from '../../model/views/connection.ts';
import { connectionsPage } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';

export interface ListConnectionsInput extends PageRequest {
	/** A connector's type, e.g. `sqlite`, or a kind: `database`, `cloud_storage`, `api`. */
	readonly connection_type_filter?: string | undefined;
	/** Adds when each was last tried, and what came of it. Nothing is connected to. */
	readonly include_health?: boolean | undefined;
}

const PAGE = { list: 'connections', normal: 50, most: 200 };

/** Kinds in the words of users of this tool. */
const KINDS: Readonly<Record<string, OpenConnection['kind']>> = { database: 'tables', cloud_storage: 'files', api: 'http' };

export interface ConnectionList {
	readonly connections: ConnectionItem[];
	readonly next_cursor: string | null;
}

/** Connections by id, 50 a page (most 200). */
export async function listConnections(context: OperationContext, principal: Principal, input: ListConnectionsInput): Promise<ConnectionList> {
	return listConnectionsOf(context, principal.account.id, input);
}

/** As listConnections, where the account is known and no token is there: on the pages, and for the administration API. */
export async function listConnectionsOf(context: Pick<OperationContext, 'store'>, accountId: number, input: ListConnectionsInput): Promise<ConnectionList> {
	const { limit, from } = pagePosition(input, PAGE);
	const filter = { types: typesOf(input.connection_type_filter), after: from ?? 0 };
	const found = await connectionsPage(context.store, accountId, filter, limit + 1);
	const { rows, next_cursor } = pageOf(found, limit, PAGE.list);
	const connections = rows.map(({ id, name, type, status, lastCheckedAt, lastCheckMessage }) => {
		const health = { last_checked_at: iso(lastCheckedAt), last_check_message: lastCheckMessage };
		return { id, name, type, status: shownStatus(status), ...(input.include_health === true ? health : {}) };
	});
	return { connections, next_cursor };
}

function typesOf(filter: string | undefined): readonly string[] | undefined {
	if (filter === undefined) return undefined;
	const kind = Object.hasOwn(KINDS, filter) ? KINDS[filter] : undefined;
	return kind === undefined ? [findConnector(filter).type] : CONNECTORS.filter((connector) => connector.kind === kind).map((connector) => connector.type);
}

/** `creating` rows are never read, so what is left is what people see. */
export function shownStatus(status: ConnectionStatus | 'creating'): ConnectionStatus {
	return status === 'creating' ? 'unchecked' : status;
}
