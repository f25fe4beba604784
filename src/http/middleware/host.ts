import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../lib/errors.ts';
import type { AppEnv } from '../bindings.ts';
import { isLoopback, listed } from '../public-origin.ts';

/**
 * Answers only under names that are configured, and loopback: a page whose name was re-bound to this address (DNS rebinding)
 * sends its own name.
 */
export const host: MiddlewareHandler<AppEnv> = async (c, next) => {
	const { hostname } = new URL(c.req.url);
	const { HEADGATE_PUBLIC_URL, HEADGATE_ALLOWED_HOSTS } = c.env;
	const known =
		isLoopback(hostname) ||
		(HEADGATE_PUBLIC_URL !== '' && new URL(HEADGATE_PUBLIC_URL).hostname === hostname) ||
		listed(HEADGATE_ALLOWED_HOSTS).includes(hostname);
	if (!known) {
		throw new AppError('forbidden', `This gateway does not answer to the host ${hostname}.`, {
			hint: 'Use its configured address. Whoever runs it names further hosts in HEADGATE_PUBLIC_URL or HEADGATE_ALLOWED_HOSTS.',
		});
	}
	await next();
};
