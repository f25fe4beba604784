import type { HookMessage } from '../../model/hook.ts';
import { enabledHooks, noteDelivery, setHookEnabled } from '../../store/hooks.ts';
import type { OperationContext } from '../context.ts';
import { type Standing, standingAfter } from './attempts.ts';
import { attemptDelivery } from './send.ts';

/** A message on its way to one hook. */
export interface PendingDelivery {
	readonly hookId: number;
	readonly message: HookMessage;
	/** Those before this one. */
	readonly attempts: number;
	readonly acceptedAt: number;
}

/** One attempt, noted in the log of deliveries. A hook that was removed or disabled meanwhile is told nothing. */
export async function deliver(context: OperationContext, accountId: number, { hookId, message, attempts, acceptedAt }: PendingDelivery): Promise<Standing> {
	const [hook] = await enabledHooks(context.store, accountId, [hookId]);
	if (hook === undefined) return { status: 'dead', nextAttemptAt: null };
	const attempt = await attemptDelivery(context, hook, message);
	const now = context.clock();
	const standing = standingAfter(attempt, attempts + 1, now, Math.random());
	if (attempt.outcome === 'gone') await setHookEnabled(context.store, accountId, hookId, false, now);
	await noteDelivery(context.store, {
		hookId,
		messageId: message.id,
		event: message.type,
		subject: message.subject,
		...standing,
		attempts: attempts + 1,
		lastError: attempt.error,
		createdAt: acceptedAt,
		updatedAt: now,
	});
	return standing;
}
