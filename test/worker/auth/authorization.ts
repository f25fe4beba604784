import type { AuthorizationRequest } from '../../../src/auth/authorize.ts';
import type { Client } from '../../../src/auth/client.ts';
import type { AuthPort } from '../../../src/auth/port.ts';
import type { TokenRules } from '../../../src/auth/token.ts';
import type { Scope } from '../../../src/model/principal.ts';
import { authPort } from '../../../src/operations/authorization/auth-port.ts';
import { registerClient, resolveClient } from '../../../src/operations/authorization/clients.ts';
import { chooseAccount, issueCode } from '../../../src/operations/authorization/consent.ts';
import type { OperationContext } from '../../../src/operations/context.ts';
import { anOwner, world } from '../operations/world.ts';

export const RULES: TokenRules = { issuer: 'https://headgate.test', accessTokenHours: 1, refreshGraceSeconds: 30, refreshIdleDays: 90 };

/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const REDIRECT = 'http://localhost:4000/callback';

export interface Authorization {
	readonly context: OperationContext;
	readonly port: AuthPort;
	readonly client: Client;
	readonly userId: number;
	advance(milliseconds: number): void;
	/** What the person's consent gives the client. */
	code(wanted?: { readonly scopes?: readonly Scope[]; readonly days?: number; readonly client?: Client }): Promise<string>;
	form(code: string, more?: Record<string, string>): URLSearchParams;
}

/** An account `acme`, its owner, and a client that registered itself. */
export async function anAuthorization(): Promise<Authorization> {
	const { context, advance } = world();
	const { principal } = await anOwner(context, 'acme');
	const client = await aClient(context, 'Claude Code');
	return {
		context,
		port: authPort(context.store),
		client,
		userId: principal.user.id,
		advance,
		async code({ days, client: other = client, ...wanted } = {}) {
			const scopes = wanted.scopes ?? (['read', 'write', 'run'] as const);
			const request: AuthorizationRequest = {
				clientId: other.id,
				redirectUri: REDIRECT,
				redirectUriGiven: true,
				challenge: CHALLENGE,
				scopes,
				state: null,
				resource: { kind: 'account', slug: 'acme' },
			};
			const choice = await chooseAccount(context.store, request, other, principal.user.id, null);
			if (!choice.ok || choice.value.kind !== 'consent') throw new Error('the account was not offered');
			const { account } = choice.value;
			const issued = await issueCode(
				context.store,
				{ request, client: other, account, userId: principal.user.id, ticked: scopes, days: days ?? null },
				context.clock(),
			);
			if (!issued.ok) throw new Error(`no code: ${issued.reason.tag}`);
			return issued.value;
		},
		form: (code, more = {}) => new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: VERIFIER, redirect_uri: REDIRECT, ...more }),
	};
}

export async function aClient(context: OperationContext, name: string): Promise<Client> {
	const registered = await registerClient(
		context.store,
		{ client_name: name, redirect_uris: ['http://localhost/callback'], token_endpoint_auth_method: 'none' },
		context.clock(),
	);
	if (!registered.ok) throw new Error(registered.reason.tag);
	const found = await resolveClient(context.store, registered.value.client_id, { fetch, allowHttpMetadata: false, network: 'local', now: context.clock() });
	if (!found.ok) throw new Error(found.reason.tag);
	return found.value;
}
