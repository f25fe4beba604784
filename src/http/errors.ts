import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { describeFault } from '../lib/log.ts';
import type { AppEnv } from './bindings.ts';
import { messagePage } from './dashboard/page.tsx';

const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
	invalid_input: 400,
	invalid_package: 422,
	not_found: 404,
	forbidden: 403,
	conflict: 409,
	limit: 413,
	rate_limited: 429,
	upstream: 502,
	unauthenticated: 401,
	unavailable: 503,
};

/** An error as a surface tells it: what it is in HTTP, and words that are fit to be read. */
export interface ToldError {
	readonly status: ContentfulStatusCode;
	readonly code: string;
	readonly message: string;
	readonly hint: string;
	readonly retryable: boolean;
	readonly details?: Readonly<Record<string, unknown>>;
}

/** An AppError in its own words; of anything else only the request's id, its text going to the log. */
export function tell(error: unknown, c: Context<AppEnv>): ToldError {
	if (error instanceof AppError) {
		const { code, message, hint, retryable, details } = error;
		return { status: STATUS[code], code, message, hint, retryable, ...(details === undefined ? {} : { details }) };
	}
	const reference = c.get('requestId');
	c.get('log').error('a request failed', { path: c.req.path, error: describeFault(error) });
	const hint = 'Try again; if it stays, give the reference to whoever runs this gateway.';
	return { status: 500, code: 'internal', message: `Something went wrong inside Headgate (reference ${reference}).`, hint, retryable: true };
}

export function onError(error: Error, c: Context<AppEnv>): Response {
	const { status, ...told } = tell(error, c);
	return c.json({ error: told }, status);
}

/** A browser is shown a page, everybody else the words of every other error. */
export function notFound(c: Context<AppEnv>): Response | Promise<Response> {
	const message = `There is nothing at ${c.req.method} ${c.req.path.slice(0, 200)}.`;
	const hint = 'An assistant connects to POST /<account>/api/mcp or POST /mcp.';
	if (!(c.req.header('accept') ?? '').includes('text/html')) return onError(new AppError('not_found', message, { hint }), c);
	return messagePage(c, 'Not found', message, 'Your accounts are on the first page.', 404);
}
