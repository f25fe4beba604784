import { findConnector } from '../../connectors/index.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { ConnectionDetail } from '../../model/views/connection.ts';
import { type ConnectionRow, connectionById } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { shownStatus } from './list.ts';

/** One connection without its credentials, with the component types that fit it. */
export async function getConnection(context: OperationContext, principal: Principal, input: { readonly connection_id: number }): Promise<ConnectionDetail> {
	return connectionDetail(context, principal.account.id, input.connection_id);
}

export async function connectionDetail(context: Pick<OperationContext, 'store'>, accountId: number, id: number): Promise<ConnectionDetail> {
	const row = await connectionById(context.store, accountId, id);
	if (row === null) throw notFound('connection', id);
	const { kind, suggestedComponents } = findConnector(row.type);
	return {
		id: row.id,
		name: row.name,
		type: row.type,
		status: shownStatus(row.status),
		kind,
		config: declaredSettings(row),
		suggested_components: [...suggestedComponents],
		last_checked_at: iso(row.lastCheckedAt),
		last_check_message: row.lastCheckMessage,
		created_at: iso(row.createdAt),
		updated_at: iso(row.updatedAt),
	};
}

/** Only what the connector itself names as a setting: a credential that ever got among them does not come out. */
function declaredSettings(row: ConnectionRow): Record<string, unknown> {
	const { config, secrets } = findConnector(row.type);
	return Object.fromEntries(Object.entries(row.config).filter(([name]) => Object.hasOwn(config.shape, name) && !Object.hasOwn(secrets.shape, name)));
}
