import type { Context } from 'hono';
import { AppError } from '../lib/errors.ts';
import type { Principal } from '../model/principal.ts';
import { bearerOf, recordRefused } from './authenticate.ts';
import type { AppEnv } from './bindings.ts';

/** The period of both bindings in wrangler.toml, which the platform does not tell. */
const PERIOD_SECONDS = 60;

/**
 * Holds every token, and every account, to its calls a minute, by the platform's own counting: it is fast, approximate, and apart
 * for each of its places. Where a runtime has no such binding nothing is counted.
 */
export async function withinRate(c: Context<AppEnv>, principal: Principal): Promise<void> {
	const { grant, account } = principal;
	const { TOKEN_CALLS, ACCOUNT_CALLS } = c.env as Partial<Pick<Env, 'TOKEN_CALLS' | 'ACCOUNT_CALLS'>>;
	const [token, all] = await Promise.all([TOKEN_CALLS?.limit({ key: `grant:${grant.id}` }), ACCOUNT_CALLS?.limit({ key: `account:${account.id}` })]);
	if (token?.success !== false && all?.success !== false) return;
	recordRefused(c, bearerOf(principal), 'rate_limited', 429);
	c.header('Retry-After', String(PERIOD_SECONDS));
	throw new AppError('rate_limited', `Too many calls in a minute ${token?.success === false ? 'with this token' : 'in this account'}.`, {
		hint: `Wait ${PERIOD_SECONDS} seconds. Instead of polling, give wait_seconds or listen for changes.`,
	});
}
