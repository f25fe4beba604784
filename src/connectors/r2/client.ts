import { AppError } from '../../lib/errors.ts';
import { messageOf, upstream } from '../upstream.ts';

/** Workers R2 error codes (the number in parentheses behind a message) that pass by themselves: internal error, throttled, unavailable. */
const PASSING: ReadonlySet<number> = new Set([10001, 10043, 10054, 10058]);
const NO_SUCH_UPLOAD = 10024;
const NO_SUCH_KEY = 10007;

/** Calls R2 and says its failures in our words. The only place that decides which of them are worth another try. */
export async function call<T>(what: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof AppError) throw error;
		const code = codeOf(error);
		// Without a code the request did not reach the service or its answer was lost; a TypeError is a request that could not be made.
		const retryable = code === null ? !(error instanceof TypeError) : PASSING.has(code);
		throw upstream(`The embedded storage could not ${what}: ${messageOf(error)}.`, {
			retryable,
			hint: retryable ? 'This passes by itself: try again.' : 'Check the path and the sizes of the parts.',
			cause: error,
		});
	}
}

export function isMissingUpload(error: unknown): boolean {
	return causeCode(error) === NO_SUCH_UPLOAD || causeCode(error) === NO_SUCH_KEY;
}

function causeCode(error: unknown): number | null {
	return codeOf(error instanceof AppError ? error.cause : error);
}

function codeOf(error: unknown): number | null {
	const found = /\((\d{5})\)/.exec(error instanceof Error ? error.message : '');
	return found === null ? null : Number(found[1]);
}
