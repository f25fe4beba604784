import { AppError } from '../lib/errors.ts';

/** Longest wait inside a call; a server that wants more is told to the caller, who can put the work off. */
const MAX_WAIT_MS = 10_000;
const FIRST_WAIT_MS = 250;

export type Wait = (ms: number) => Promise<void>;

export const waitFor: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Tries until it succeeds, fails for good, or `attempts` are used up. Between attempts it waits as long as the failure says
 * (`details.retry_after_ms`), else twice as long each time, scattered so that many runs do not come back at once.
 */
export async function retrying<T>(attempts: number, wait: Wait, work: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await work();
		} catch (error) {
			if (!(error instanceof AppError) || !error.retryable || attempt >= attempts) throw error;
			const after = error.details?.['retry_after_ms'];
			const pause = typeof after === 'number' ? after : FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
			if (pause > MAX_WAIT_MS) throw error;
			await wait(pause);
		}
	}
}
