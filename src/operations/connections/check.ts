import { redactor } from '../../lib/redact.ts';
import { noteConnectionCheck } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import { openConnection } from './open.ts';

export interface ConnectionCheck {
	readonly ok: boolean;
	readonly latencyMs: number;
	readonly message: string;
}

/** Does a little of what real work does, and keeps the outcome with the connection. A failing check is an answer, not an error. */
export async function checkConnection(context: OperationContext, accountId: number, id: number): Promise<ConnectionCheck> {
	const { connection, secrets } = await openConnection(context, accountId, id);
	try {
		const result = await connection.check();
		const message = redactor(secrets)(result.message);
		await noteConnectionCheck(context.store, accountId, id, { status: result.ok ? 'ok' : 'failed', message, at: context.clock() });
		return { ok: result.ok, latencyMs: result.latencyMs, message };
	} finally {
		await connection.close();
	}
}
