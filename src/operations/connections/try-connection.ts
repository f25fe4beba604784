import { findConnector } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import { connectionById } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { checkConnection } from './check.ts';

export interface ConnectionTest {
	readonly connection_id: number;
	readonly success: boolean;
	readonly error_message: string | null;
	readonly latency_ms: number;
	readonly message: string;
}

/**
 * Does a little of what real work does with a connection. That it fails is the answer, not an error.
 * Ids of connections are unique here, so `connection_type` is only checked.
 */
export async function testConnection(
	context: OperationContext,
	principal: Principal,
	input: { readonly connection_id: number; readonly connection_type?: string | undefined },
): Promise<ConnectionTest> {
	const { connection_id, connection_type } = input;
	const row = await connectionById(context.store, principal.account.id, connection_id);
	if (row === null) throw notFound('connection', connection_id);
	if (connection_type !== undefined && !names(connection_type, row.type)) {
		throw new AppError('invalid_input', `connection ${connection_id} is of type ${row.type}, not ${connection_type}`, {
			hint: 'Leave connection_type out, or choose another connection from list_connections.',
		});
	}
	const { ok, latencyMs, message } = await checkConnection(context, principal.account.id, connection_id).catch(refused);
	return {
		connection_id,
		success: ok,
		error_message: ok ? null : message,
		latency_ms: latencyMs,
		message: ok ? message : `The connection does not work: ${message}`,
	};
}

/** A connection whose settings no longer open it at all does not work either. */
function refused(error: unknown) {
	if (error instanceof AppError && error.code !== 'not_found') return { ok: false, latencyMs: 0, message: `${error.message} ${error.hint}`.trim() };
	throw error;
}

const KINDS: Readonly<Record<string, string>> = { database: 'tables', cloud_storage: 'files', api: 'http' };

/** The type itself, or the kind as list_connections filters by it. */
function names(word: string, type: string): boolean {
	return word === type || (Object.hasOwn(KINDS, word) && KINDS[word] === findConnector(type).kind);
}
