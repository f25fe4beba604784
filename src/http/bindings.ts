import type { Logger } from '../lib/log.ts';
import type { Principal } from '../model/principal.ts';
import type { OperationContext } from '../operations/context.ts';

declare global {
	interface __BaseEnv_Env {
		/** `1` where the gateway runs on its owner's machine: provisioning may then choose a token's value. */
		HEADGATE_LOCAL?: string;
		/** Sign-in through an OpenID Connect provider: a secret that only some deployments have. */
		HEADGATE_OIDC_CLIENT_SECRET?: string;
		/** The mail service's key: only where hooks send mail. */
		HEADGATE_EMAIL_API_KEY?: string;
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
		/** Set by `visit`: the member whose request it is, for the record of changes. */
		visited?: { readonly accountId: number; readonly userId: number };
		/** What a use of the administration API was about, for its record. */
		audited?: { readonly target: string; readonly accountId: number | null };
	};
}
