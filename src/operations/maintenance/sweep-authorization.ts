import { DAY } from '../../lib/time.ts';
import {
	deleteExpiredAttempts,
	deleteExpiredCodes,
	deleteExpiredLinks,
	deleteExpiredSessions,
	deleteIdleClients,
	deleteStaleDocuments,
	deleteUnusedClients,
} from '../../store/oauth/retention.ts';
import type { OperationContext } from '../context.ts';
import { untilNone } from './rounds.ts';

/**
 * The rules are told in schema/README.md. A code outlives its minute by a day, so that one which is replayed late still ends what
 * it had granted.
 */
const KEPT = { codes: DAY, unusedClients: DAY, idleClients: 90 * DAY, documents: 30 * DAY } as const;

export interface AuthorizationSweepReport {
	readonly codes: number;
	readonly sessions: number;
	readonly links: number;
	readonly attempts: number;
	readonly clients: number;
	readonly documents: number;
}

/** What sign-in and OAuth leave behind goes. Called on a schedule; may be repeated at any time. */
export async function sweepAuthorization({ store, clock }: Pick<OperationContext, 'store' | 'clock'>): Promise<AuthorizationSweepReport> {
	const now = clock();
	return {
		codes: await untilNone(() => deleteExpiredCodes(store, now - KEPT.codes)),
		sessions: await untilNone(() => deleteExpiredSessions(store, now)),
		links: await untilNone(() => deleteExpiredLinks(store, now)),
		attempts: await untilNone(() => deleteExpiredAttempts(store, now)),
		clients:
			(await untilNone(() => deleteUnusedClients(store, now - KEPT.unusedClients))) + (await untilNone(() => deleteIdleClients(store, now - KEPT.idleClients))),
		documents: await untilNone(() => deleteStaleDocuments(store, now - KEPT.documents)),
	};
}
