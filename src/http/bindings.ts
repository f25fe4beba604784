import type { Logger } from '../lib/log.ts';
import type { Principal } from '../model/principal.ts';
import type { OperationContext } from '../operations/context.ts';

declare global {
	interface __BaseEnv_Env {
		/** `1` where the gateway runs on its owner's machine: provisioning may then choose a token's value. */
		HEADGATE_LOCAL?: string;
		/** Seconds in which a replaced refresh token still answers, 0 to 600; 30. */
		HEADGATE_REFRESH_GRACE_SECONDS?: string;
		/** Life of an OAuth access token in hours, 1 to 24; 1. */
		HEADGATE_ACCESS_TOKEN_HOURS?: string;
		/** `true` on loopback only: client metadata documents over http loopback. */
		HEADGATE_ALLOW_HTTP_CLIENT_METADATA?: string;
		/** `true`: the legacy password grant. */
		HEADGATE_PASSWORD_GRANT?: string;
		/** Guards the set-up page of a fresh deployment. */
		HEADGATE_SETUP_SECRET?: string;
		/** Sign-in through an OpenID Connect provider. */
		HEADGATE_OIDC_ISSUER?: string;
		HEADGATE_OIDC_CLIENT_ID?: string;
		HEADGATE_OIDC_CLIENT_SECRET?: string;
		/** What its button says. */
		HEADGATE_OIDC_NAME?: string;
		/** Cloudflare Access in front of the deployment: team name (or URL) and the application's audience tag. */
		HEADGATE_ACCESS_TEAM?: string;
		HEADGATE_ACCESS_AUDIENCE?: string;
		/** `staging` names the desktop extension differently, so that both can be installed. */
		HEADGATE_ENVIRONMENT?: string;
		/** `true`: connections may reach loopback, private and link-local hosts. */
		HEADGATE_ALLOW_PRIVATE_HOSTS?: string;
	}
}

/** What the middleware leaves for the routes. */
export interface AppEnv {
	Bindings: Env;
	Variables: {
		requestId: string;
		log: Logger;
		operations: OperationContext;
		/** The tools that a token can be limited to, for the pages. */
		tools: readonly { readonly name: string; readonly title: string }[];
		/** Set by `authenticate`. */
		principal: Principal;
		/** What a use of the administration API was about, for its record. */
		audited?: { readonly target: string; readonly accountId: number | null };
	};
}
