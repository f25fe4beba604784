/**
 * The one error a person or a model is meant to read.
 *
 * `message` says what happened, with the value; `hint` says what is valid and what to do next.
 * Anything else that is thrown is a bug: the surfaces answer it with an opaque id and a log line.
 */
export class AppError extends Error {
	override readonly name = 'AppError';
	readonly code: ErrorCode;
	readonly hint: string;
	readonly retryable: boolean;
	/** Structured facts for a program: faults of a package, valid values, ids. Never a secret. */
	readonly details: Readonly<Record<string, unknown>> | undefined;

	constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.hint = options.hint ?? '';
		this.retryable = options.retryable ?? RETRYABLE.has(code);
		this.details = options.details;
	}
}

export interface AppErrorOptions {
	readonly hint?: string;
	readonly retryable?: boolean;
	readonly details?: Readonly<Record<string, unknown>>;
	readonly cause?: unknown;
}

/**
 * Stable words a program may branch on.
 *
 * `invalid_input` a value is wrong · `invalid_package` a package has faults (details.faults) ·
 * `not_found` nothing of that id *that this principal may see* · `forbidden` seen but not allowed ·
 * `conflict` state moved on · `limit` a stated bound was passed · `rate_limited` try later ·
 * `upstream` another system failed · `unauthenticated` no valid credential · `unavailable` ours, passing.
 */
export type ErrorCode =
	| 'invalid_input'
	| 'invalid_package'
	| 'not_found'
	| 'forbidden'
	| 'conflict'
	| 'limit'
	| 'rate_limited'
	| 'upstream'
	| 'unauthenticated'
	| 'unavailable';

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'unavailable']);
