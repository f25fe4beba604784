import type { MiddlewareHandler } from 'hono';
import { logger } from '../../lib/log.ts';
import type { AppEnv } from '../bindings.ts';

/** Names the request in its answer, in the log and in the audit; a client's own id is not taken over, so that nobody writes into the log. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
	const id = crypto.randomUUID();
	c.set('requestId', id);
	c.set('log', logger({ request_id: id }));
	await next();
	c.res.headers.set('X-Request-Id', id);
	c.res.headers.set('X-Content-Type-Options', 'nosniff');
	if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
};
