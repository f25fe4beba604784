import { findConnector } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { ConnectionDetail } from '../../model/views/connection.ts';
import { completeConnection, reserveConnection } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { checkConnection } from './check.ts';
import { connectionDetail } from './get.ts';
import { asSecrets, sealedCredentials } from './sealed.ts';

export interface CreateConnectionInput {
	readonly name: string;
	readonly type: string;
	readonly config?: Readonly<Record<string, unknown>> | undefined;
	/** Sealed before they are written; never given back. */
	readonly secrets?: Readonly<Record<string, string>> | undefined;
}

/**
 * Checks settings against the connector's schemas, keeps them with the credentials sealed, then tries the connection once: its
 * status tells the outcome. Who may do so is the caller's affair: an owner on the pages, or the administration API.
 */
export async function createConnection(context: OperationContext, account: { readonly id: number }, input: CreateConnectionInput): Promise<ConnectionDetail> {
	const name = connectionName(input.name);
	const connector = findConnector(input.type);
	const config = input.config ?? {};
	const secrets = asSecrets(input.secrets ?? {});
	const opened = await connector.open({ accountId: account.id, config, secrets }, context.connectorEnv);
	await opened.close();
	const settled = connector.config.parse(config);
	const id = await reserveConnection(context.store, { accountId: account.id, name, type: connector.type, config: settled, now: context.clock() });
	if (id === null) throw nameTaken(name);
	await completeConnection(context.store, account.id, id, await sealedCredentials(context, { accountId: account.id, id }, secrets));
	await checkConnection(context, account.id, id);
	return connectionDetail(context, account.id, id);
}

export function connectionName(text: string): string {
	const name = text.trim();
	if (name.length > 0 && name.length <= 200) return name;
	throw new AppError('invalid_input', `name has ${name.length} characters`, { hint: 'A connection has a name of 1 to 200 characters.' });
}

export function nameTaken(name: string): AppError {
	return new AppError('conflict', `a connection named ${JSON.stringify(name)} exists already`, {
		hint: 'Choose another name; list_connections shows those there are.',
	});
}
