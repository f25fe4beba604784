import { findConnector } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import type { ConnectionDetail } from '../../model/views/connection.ts';
import { completeConnection, reserveConnection } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { checkConnection } from './check.ts';
import { connectionDetail } from './get.ts';

export interface CreateConnectionInput {
	readonly name: string;
	readonly type: string;
	readonly config?: Readonly<Record<string, unknown>> | undefined;
	/** Sealed before they are written; never given back. */
	readonly secrets?: Readonly<Record<string, string>> | undefined;
}

/**
 * Checks settings against the connector's schemas, keeps them with the credentials sealed, then tries the connection once: its
 * status tells the outcome. For the administration API: the account is named, not taken from a token.
 */
export async function createConnection(context: OperationContext, account: { readonly id: number }, input: CreateConnectionInput): Promise<ConnectionDetail> {
	const name = input.name.trim();
	if (name.length === 0 || name.length > 200)
		throw new AppError('invalid_input', `name has ${name.length} characters`, { hint: 'A connection has a name of 1 to 200 characters.' });
	const connector = findConnector(input.type);
	const config = input.config ?? {};
	const secrets = input.secrets ?? {};
	const opened = await connector.open({ accountId: account.id, config, secrets: wrapped(secrets) }, context.connectorEnv);
	await opened.close();
	const settled = connector.config.parse(config);
	const id = await reserveConnection(context.store, { accountId: account.id, name, type: connector.type, config: settled, now: context.clock() });
	if (id === null)
		throw new AppError('conflict', `a connection named ${JSON.stringify(name)} exists already`, {
			hint: 'Choose another name; list_connections shows those there are.',
		});
	const text = Object.keys(secrets).length === 0 ? null : JSON.stringify(secrets);
	const sealed =
		text === null
			? null
			: { text: await context.sealer.seal({ kind: 'connection', accountId: account.id, connectionId: id }, text), keyId: context.sealer.keyId };
	await completeConnection(context.store, account.id, id, sealed);
	await checkConnection(context, account.id, id);
	return connectionDetail(context, account.id, id);
}

function wrapped(secrets: Readonly<Record<string, string>>): Record<string, Secret> {
	return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]));
}
