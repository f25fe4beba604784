import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { findConnector } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { ConnectionDetail } from '../../model/views/connection.ts';
import { type ConnectionRow, connectionById, replaceConnection } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { checkConnection } from './check.ts';
import { connectionName, nameTaken } from './create.ts';
import { connectionDetail } from './get.ts';
import { storedSecrets } from './open.ts';
import { asSecrets, sealedCredentials } from './sealed.ts';

export interface UpdateConnectionInput {
	readonly name?: string | undefined;
	/** All settings, in the place of those there are. */
	readonly config?: Readonly<Record<string, unknown>> | undefined;
	/** Credentials to put in; null takes one away, what is not named stays. */
	readonly secrets?: Readonly<Record<string, string | null>> | undefined;
}

/**
 * Changes name, settings or credentials, then tries the connection once. Throws `invalid_input` where a setting that decides where
 * credentials go is changed and one of them is kept; `conflict` where somebody else changed it meanwhile or the name is taken.
 */
export async function updateConnection(context: OperationContext, accountId: number, id: number, input: UpdateConnectionInput): Promise<ConnectionDetail> {
	const row = await connectionById(context.store, accountId, id);
	if (row === null) throw notFound('connection', id);
	const connector = findConnector(row.type);
	const name = input.name === undefined ? row.name : connectionName(input.name);
	const config = input.config ?? row.config;
	const kept = without(await storedSecrets(context, row), Object.keys(input.secrets ?? {}));
	const entered = Object.entries(input.secrets ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
	const secrets: Record<string, Secret> = { ...kept, ...asSecrets(Object.fromEntries(entered)) };
	const opened = await connector.open({ accountId, config, secrets }, context.connectorEnv);
	await opened.close();
	const settled = connector.config.parse(config);
	guardCredentials(connector, row, settled, Object.keys(kept));
	const sealed = await sealedCredentials(context, { accountId, id }, secrets);
	const changed = { name, config: settled, sealed, from: row.updatedAt, now: context.clock() };
	if (!(await replaceConnection(context.store, accountId, id, changed))) throw await whyNot(context, row, name);
	await checkConnection(context, accountId, id);
	return connectionDetail(context, accountId, id);
}

/** A stored credential never follows to where it was not given for. */
function guardCredentials(connector: ConnectorDefinition, row: ConnectionRow, settled: Record<string, unknown>, kept: readonly string[]): void {
	if (kept.length === 0) return;
	const before = connector.config.safeParse(row.config).data ?? row.config;
	const moved = connector.credentialSettings.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(settled[name]));
	if (moved.length === 0) return;
	throw new AppError('invalid_input', `${moved.join(' and ')} of connection ${row.id} would change, which decides where its credentials are sent`, {
		hint: `Enter ${kept.join(' and ')} again together with the change.`,
	});
}

async function whyNot({ store }: OperationContext, row: ConnectionRow, name: string): Promise<AppError> {
	const now = await connectionById(store, row.accountId, row.id);
	if (now === null) return notFound('connection', row.id);
	if (now.updatedAt === row.updatedAt) return nameTaken(name);
	return new AppError('conflict', `connection ${row.id} was changed by somebody else meanwhile; nothing was written`, {
		hint: 'Look at it again and repeat the change.',
	});
}

function without(secrets: Readonly<Record<string, Secret>>, names: readonly string[]): Record<string, Secret> {
	return Object.fromEntries(Object.entries(secrets).filter(([name]) => !names.includes(name)));
}
