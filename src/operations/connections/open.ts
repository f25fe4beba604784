import type { ConnectorDefinition, OpenConnection } from '../../connectors/connector.ts';
import { findConnector } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import { redactDeep, redactor } from '../../lib/redact.ts';
import { Secret } from '../../lib/secret.ts';
import { type ConnectionRow, connectionById, connectionsByIds } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';

export type ConnectionContext = Pick<OperationContext, 'store' | 'sealer' | 'connectorEnv'>;

export interface OpenedConnection {
	readonly row: ConnectionRow;
	readonly connector: ConnectorDefinition;
	readonly connection: OpenConnection;
	/** Its credentials: to be blanked in whatever is shown of it. */
	readonly secrets: readonly Secret[];
}

/** A connection of the account, its credentials unsealed. The caller closes it. */
export async function openConnection(context: ConnectionContext, accountId: number, id: number): Promise<OpenedConnection> {
	const row = await connectionById(context.store, accountId, id);
	if (row === null) throw notFound('connection', id);
	const connector = findConnector(row.type);
	const secrets = await storedSecrets(context, row);
	const connection = await connector.open({ accountId, config: row.config, secrets }, context.connectorEnv);
	return { row, connector, connection, secrets: Object.values(secrets) };
}

/** Opens a connection for one piece of work and closes it. */
export async function withConnection<T>(context: ConnectionContext, accountId: number, id: number, work: (opened: OpenedConnection) => Promise<T>): Promise<T> {
	const opened = await openConnection(context, accountId, id);
	return using(opened, () => work(opened));
}

/** Closes the connection behind the work. What the other system says may repeat a credential: errors are blanked. */
export async function using<T>({ connection, secrets }: OpenedConnection, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw error instanceof AppError ? blanked(error, secrets) : error;
	} finally {
		await connection.close();
	}
}

function blanked(error: AppError, secrets: readonly Secret[]): AppError {
	const redact = redactor(secrets);
	const { details } = error;
	return new AppError(error.code, redact(error.message), {
		hint: redact(error.hint),
		retryable: error.retryable,
		...(details === undefined ? {} : { details: redactDeep(details, redact) }),
	});
}

/** Credentials of all those connections of the account; ids that are none of its are passed over. */
export async function connectionSecrets(context: Pick<OperationContext, 'store' | 'sealer'>, accountId: number, ids: readonly number[]): Promise<Secret[]> {
	const rows: ConnectionRow[] = [];
	for (let from = 0; from < ids.length; from += IDS_A_QUERY)
		rows.push(...(await connectionsByIds(context.store, accountId, ids.slice(from, from + IDS_A_QUERY))));
	const all = await Promise.all(rows.map((row) => storedSecrets(context, row)));
	return all.flatMap((secrets) => Object.values(secrets));
}

/** D1 binds 100 parameters a statement. */
const IDS_A_QUERY = 90;

/** The credentials of a row; they open for it alone. */
export async function storedSecrets({ sealer }: Pick<OperationContext, 'sealer'>, row: ConnectionRow): Promise<Record<string, Secret>> {
	if (row.secrets === null) return {};
	const text = await sealer.open({ kind: 'connection', accountId: row.accountId, connectionId: row.id }, row.secrets);
	return secretsOf(text);
}

/** Which credentials a connection has, without them. */
export async function credentialNames(context: Pick<OperationContext, 'store' | 'sealer'>, accountId: number, id: number): Promise<string[]> {
	const row = await connectionById(context.store, accountId, id);
	return row === null ? [] : Object.keys(await storedSecrets(context, row));
}

/** A sealed JSON object of texts, each one a Secret. */
export function secretsOf(text: Secret): Record<string, Secret> {
	const values = JSON.parse(text.reveal()) as Record<string, unknown>;
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(String(value))]));
}
