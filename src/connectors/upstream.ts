import { AppError } from '../lib/errors.ts';
import type { Redact } from '../lib/redact.ts';
import type { CheckResult } from './connector.ts';

/** Another system failed. `retryable` is decided by the connector's `client.ts` and nowhere else. */
export function upstream(
	message: string,
	options: { readonly retryable: boolean; readonly hint: string; readonly retryAfterMs?: number; readonly cause?: unknown },
): AppError {
	return new AppError('upstream', message, {
		retryable: options.retryable,
		hint: options.hint,
		...(options.retryAfterMs === undefined ? {} : { details: { retry_after_ms: options.retryAfterMs } }),
		...(options.cause === undefined ? {} : { cause: options.cause }),
	});
}

/** Longer than a call waits by itself between two attempts. */
const LATER_MS = 60_000;

/** Given up because the run is to stop: no answer of `from` is waited for, and none is asked for again at once. */
export function notWaitedFor(from: string): AppError {
	return upstream(`${from} was not waited for.`, { retryable: true, hint: 'Send it again.', retryAfterMs: LATER_MS });
}

/**
 * What an exception or a text says, on one line and at most `limit` characters. `redact` is applied first: a secret that is cut in
 * two or has its blanks changed would no longer be found.
 */
export function messageOf(said: unknown, redact: Redact = (text) => text, limit = 300): string {
	const text = redact(said instanceof Error ? said.message : String(said))
		.replace(/\s+/g, ' ')
		.trim();
	// The runtime hides why a socket failed, most often that the name has no address, behind a reference that means nothing to a user.
	if (/^internal error; reference = \w+$/.test(text)) return 'no connection came about (is the host name right?)';
	return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** Runs a connection's probe: how long it took and what it says. A failure is an answer here, not an exception. */
export async function probe(work: () => Promise<string>): Promise<CheckResult> {
	const began = Date.now();
	try {
		const message = await work();
		return { ok: true, latencyMs: Date.now() - began, message };
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		return { ok: false, latencyMs: Date.now() - began, message: error.hint === '' ? error.message : `${error.message} ${error.hint}` };
	}
}
