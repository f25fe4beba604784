import type { Context } from 'hono';
import type { TokenRules } from '../../auth/token.ts';
import type { ClientSettings } from '../../operations/authorization/clients.ts';
import type { AppEnv } from '../bindings.ts';
import { isLoopback, publicOrigin } from '../public-origin.ts';
import { visitor } from '../session.ts';

/** What the environment says of tokens; a value that is no number, or out of its range, is the default or the nearest bound. */
export function tokenRules(c: Context<AppEnv>): TokenRules {
	const { HEADGATE_ACCESS_TOKEN_HOURS, HEADGATE_REFRESH_GRACE_SECONDS } = c.env;
	return {
		issuer: publicOrigin(c.env, c.req.url),
		accessTokenHours: within(HEADGATE_ACCESS_TOKEN_HOURS, 1, 24, 1),
		refreshGraceSeconds: within(HEADGATE_REFRESH_GRACE_SECONDS, 0, 600, 30),
		refreshIdleDays: 90,
	};
}

export function clientSettings(c: Context<AppEnv>): ClientSettings {
	const local = isLoopback(new URL(publicOrigin(c.env, c.req.url)).hostname);
	return {
		fetch: c.var.operations.connectorEnv.fetch,
		// Only where the gateway itself is on loopback: set by mistake on a deployment it opens nothing.
		allowHttpMetadata: local && isOn(c.env.HEADGATE_ALLOW_HTTP_CLIENT_METADATA),
		network: visitor(c).network,
		now: c.var.operations.clock(),
	};
}

export function passwordGrantIsOn(c: Context<AppEnv>): boolean {
	return isOn(c.env.HEADGATE_PASSWORD_GRANT);
}

function isOn(setting: string | undefined): boolean {
	return setting === 'true' || setting === '1' || setting === 'on';
}

function within(setting: string | undefined, least: number, most: number, otherwise: number): number {
	const number = Number(setting);
	return setting === undefined || setting.trim() === '' || !Number.isFinite(number) ? otherwise : Math.min(Math.max(number, least), most);
}
