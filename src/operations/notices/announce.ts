import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import type { Change } from './ports.ts';

/**
 * Tells whoever listens to the account. What was changed is changed: that nobody could be told is a line in the log, never a
 * failure of the caller, who does not wait either.
 */
export function announce({ notices, waitUntil, log }: Pick<OperationContext, 'notices' | 'waitUntil' | 'log'>, accountId: number, change: Change): void {
	const told = notices(accountId).announce(change);
	waitUntil(told.catch((error: unknown) => log.warn('a change was not announced', { account: accountId, change, error: reasonOf(error) })));
}
