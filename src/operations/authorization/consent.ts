import type { AuthorizationRequest } from '../../auth/authorize.ts';
import type { Client } from '../../auth/client.ts';
import { ok, type Result, refuse } from '../../auth/result.ts';
import { formatScopes, narrowScopes, offeredScopes } from '../../auth/scopes.ts';
import { CODE_SECONDS } from '../../auth/session.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { DAY } from '../../lib/time.ts';
import type { Role, Scope } from '../../model/principal.ts';
import { type Membership, memberships } from '../../store/members.ts';
import { insertCode } from '../../store/oauth/codes.ts';
import type { Store } from '../../store/store.ts';

/** What the consent screen shows, or the accounts to choose from first. */
export type ConsentChoice =
	| { readonly kind: 'consent'; readonly account: Membership; readonly scopes: readonly Scope[] }
	| { readonly kind: 'pick'; readonly accounts: readonly Membership[] };

/**
 * Which account an authorization is about. The screen is locked to the account that the client connected to; only a client that
 * named none lets the person pick. Somebody who is no member learns just that, with the same words whether the account exists.
 */
export async function chooseAccount(
	store: Store,
	request: AuthorizationRequest,
	client: Client,
	userId: number,
	picked: number | null,
): Promise<Result<ConsentChoice>> {
	const all = await memberships(store, userId);
	const candidates = all.filter((account) => client.accountId === null || client.accountId === account.id);
	const { resource } = request;
	if (resource.kind === 'account') {
		const locked = candidates.find((account) => account.slug === resource.slug || String(account.id) === resource.slug);
		return locked === undefined ? refuse({ tag: 'not_a_member' }) : offer(locked, request, client);
	}
	if (picked !== null) {
		const chosen = candidates.find((account) => account.id === picked);
		return chosen === undefined ? refuse({ tag: 'not_a_member' }) : offer(chosen, request, client);
	}
	const [only, second] = candidates;
	if (only === undefined) return refuse({ tag: 'not_a_member' });
	return second === undefined ? offer(only, request, client) : ok({ kind: 'pick', accounts: candidates });
}

function offer(account: Membership, request: AuthorizationRequest, client: Client): Result<ConsentChoice> {
	if (!account.gatewayEnabled) return refuse({ tag: 'gateway_off' });
	const scopes = offeredScopes(request.scopes, account.role, client.scopes);
	return scopes.length === 0 ? refuse({ tag: 'no_scope_left' }) : ok({ kind: 'consent', account, scopes });
}

export interface Consent {
	readonly request: AuthorizationRequest;
	readonly client: Client;
	readonly account: { readonly id: number; readonly slug: string; readonly role: Role };
	readonly userId: number;
	/** What the person left ticked. */
	readonly ticked: readonly Scope[];
	/** Days until the whole grant ends; null for no end. */
	readonly days: number | null;
}

/** Writes the single-use code that consent gives. Rights are worked out anew: the form only narrows. */
export async function issueCode(store: Store, consent: Consent, now: number): Promise<Result<string>> {
	const { request, client, account } = consent;
	const scopes = narrowScopes(offeredScopes(request.scopes, account.role, client.scopes), consent.ticked);
	if (scopes.length === 0) return refuse({ tag: 'no_scope_left' });
	const code = randomToken();
	await insertCode(store, {
		hash: await sha256Hex(code),
		clientId: client.id,
		redirectUri: request.redirectUri,
		redirectUriGiven: request.redirectUriGiven,
		challenge: request.challenge,
		scopes: formatScopes(scopes),
		accountId: account.id,
		userId: consent.userId,
		resourceSlug: request.resource.kind === 'account' ? request.resource.slug : null,
		grantExpiresAt: consent.days === null ? null : now + consent.days * DAY,
		createdAt: now,
		expiresAt: now + CODE_SECONDS * 1000,
	});
	return ok(code);
}
