import { sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { canonicalJson } from '../../lib/json.ts';
import { DAY, MINUTE } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import { claimKey, type KeyRow, keepAnswer, releaseKey } from '../../store/idempotency.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';

/** How long a key stands for its call. */
const KEY_LIFE = DAY;
/** No call takes as long: one without an answer by then was interrupted. */
const INTERRUPTED = 10 * MINUTE;

/** A call that shall happen once. */
export interface KeyedCall {
	/** Chosen by the caller; it means something within one grant only. */
	readonly key: string;
	readonly tool: string;
	/** Parsed, without the key. */
	readonly arguments: unknown;
}

/** What `perform` gives: `nothingDone` lets the same key be tried again. */
export interface Performed<Answer> {
	readonly answer: Answer;
	readonly nothingDone: boolean;
}

type OnceContext = Pick<OperationContext, 'store' | 'clock' | 'log'>;

/**
 * Performs a call once a key: a repeat with the same arguments gets the answer of the first, one with others is a `conflict`, and so
 * is one that comes while the first is under way. A call that was interrupted is not performed again, for nobody knows how far it came.
 */
export async function once<Answer>(context: OnceContext, principal: Principal, call: KeyedCall, perform: () => Promise<Performed<Answer>>): Promise<Answer> {
	const now = context.clock();
	const digest = await sha256Hex(canonicalJson([call.tool, call.arguments]));
	const claim = { grantId: principal.grant.id, key: call.key, digest, now, expiresAt: now + KEY_LIFE };
	const claimed = await claimKey(context.store, claim);
	if (claimed !== 'claimed') return earlierAnswer<Answer>(claimed, digest, now);
	const { answer, nothingDone } = await perform();
	const settle = nothingDone ? releaseKey(context.store, claim) : keepAnswer(context.store, claim, JSON.stringify(answer));
	// What was done is done: that it could not be noted must not make the answer a failure.
	await settle.catch((error: unknown) => context.log.error('an idempotency key could not be settled', { tool: call.tool, error: reasonOf(error) }));
	return answer;
}

function earlierAnswer<Answer>(row: KeyRow, digest: string, now: number): Answer {
	const shown = JSON.stringify(row.key.slice(0, 60));
	if (row.digest !== digest) {
		throw new AppError('conflict', `idempotency_key ${shown} stands for another call: its tool or arguments were different`, {
			hint: 'Nothing was done. Repeat the first call with exactly its arguments, or choose a new key for this one.',
		});
	}
	if (row.answer !== null) return JSON.parse(row.answer) as Answer;
	if (now - row.claimedAt < INTERRUPTED) {
		throw new AppError('conflict', `the first call with idempotency_key ${shown} is still in progress`, {
			hint: 'Nothing was done twice. Wait a few seconds and repeat the same call: it then gives the answer of the first.',
			retryable: true,
		});
	}
	throw new AppError('conflict', `the first call with idempotency_key ${shown} was interrupted: it is not known whether it was done`, {
		hint: 'Look at what is there (get_package, list_runs); if it was not done, repeat with a new key.',
	});
}
