import { MINUTE } from '../../lib/time.ts';
import { insertRefusal } from '../../store/audit.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';

/** Whose token it was. */
export interface RefusedBearer {
	readonly accountId: number;
	readonly userId: number;
	readonly grantId: number;
}

/** Why a request with a known token was refused before it reached a tool; the error code of its event. */
export type RequestRefusal = 'expired' | 'revoked' | 'not_a_member' | 'gateway_disabled' | 'foreign_account' | 'unknown_account' | 'rate_limited';

/** The tool of such events: none was reached. */
export const REFUSED_REQUEST = '(request)';

/** One event stands for all of a token and reason in this time: whoever holds a dead token cannot fill the audit with it. */
const QUIET = MINUTE;
/** Past this many the memory starts anew; the store itself holds the bound. */
const KEPT = 5_000;
const seen = new Map<string, number>();

/** Keeps the record of a request that was refused, in the account of its token, after the answer. */
export function recordRefusedRequest(
	context: Pick<OperationContext, 'store' | 'clock' | 'log' | 'waitUntil'>,
	bearer: RefusedBearer,
	{ reason, httpStatus, requestId }: { readonly reason: RequestRefusal; readonly httpStatus: number; readonly requestId: string },
): void {
	const at = context.clock();
	const key = `${bearer.grantId}:${reason}`;
	const last = seen.get(key);
	if (last !== undefined && last > at - QUIET) return;
	if (seen.size >= KEPT) seen.clear();
	seen.set(key, at);
	const event = { ...bearer, at, surface: 'mcp', action: REFUSED_REQUEST, outcome: 'denied', errorCode: reason, durationMs: 0, requestId, httpStatus } as const;
	const written = insertRefusal(context.store, event, QUIET);
	context.waitUntil(written.catch((error: unknown) => context.log.error('a refusal could not be recorded', { lost: requestId, error: reasonOf(error) })));
}
