import type { Scope } from '../model/principal.ts';
import type { Client } from './client.ts';
import { isChallenge } from './pkce.ts';
import { redirectUriMatches } from './redirect-uri.ts';
import { parseResource, type Resource } from './resource.ts';
import { ok, type Result, refuse } from './result.ts';
import { parseScopes } from './scopes.ts';

/** An authorization request that may go on to sign-in and consent. */
export interface AuthorizationRequest {
	readonly clientId: string;
	readonly redirectUri: string;
	/** Whether the request named the redirect URI; then the token request must name it too (RFC 6749 §4.1.3). */
	readonly redirectUriGiven: boolean;
	readonly challenge: string;
	readonly scopes: readonly Scope[];
	readonly state: string | null;
	readonly resource: Resource;
}

const MAX_STATE = 4096;
/** RFC 6749 §3.1: request parameters must not be included more than once. `resource` may (RFC 8707 §2). */
const SINGLE = ['client_id', 'redirect_uri', 'response_type', 'response_mode', 'code_challenge', 'code_challenge_method', 'scope', 'state'];

/**
 * First half, whose refusals are shown on a page of our own: until the client and its redirect URI are known to belong
 * together, sending the browser anywhere would make us an open redirector (RFC 6749 §4.1.2.1).
 */
export function checkClientAndRedirect(
	parameters: URLSearchParams,
	client: Client | null,
): Result<{ readonly redirectUri: string; readonly redirectUriGiven: boolean }> {
	for (const name of ['client_id', 'redirect_uri']) {
		if (parameters.getAll(name).length > 1) return refuse({ tag: 'repeated_parameter', name });
	}
	if (!parameters.get('client_id')) return refuse({ tag: 'missing_parameter', name: 'client_id' });
	if (client === null) return refuse({ tag: 'unknown_client' });
	const given = parameters.get('redirect_uri');
	if (given === null || given === '') {
		const [only, second] = client.redirectUris;
		return only === undefined || second !== undefined ? refuse({ tag: 'redirect_uri_needed' }) : ok({ redirectUri: only, redirectUriGiven: false });
	}
	if (!client.redirectUris.some((registered) => redirectUriMatches(registered, given))) return refuse({ tag: 'redirect_uri_mismatch', given });
	return ok({ redirectUri: given, redirectUriGiven: true });
}

/** Second half, whose refusals go back to the client's redirect URI with `state` and `iss` (RFC 9207). */
export function checkRequest(
	parameters: URLSearchParams,
	client: Client,
	redirect: { readonly redirectUri: string; readonly redirectUriGiven: boolean },
	issuer: string,
): Result<AuthorizationRequest> {
	for (const name of SINGLE) {
		if (parameters.getAll(name).length > 1) return refuse({ tag: 'repeated_parameter', name });
	}
	const responseType = parameters.get('response_type');
	if (responseType === null) return refuse({ tag: 'missing_parameter', name: 'response_type' });
	if (responseType !== 'code') return refuse({ tag: 'unsupported_response_type', given: responseType });
	const responseMode = parameters.get('response_mode');
	if (responseMode !== null && responseMode !== 'query') return refuse({ tag: 'unsupported_response_mode', given: responseMode });
	if (!client.grantTypes.includes('authorization_code')) return refuse({ tag: 'grant_type_not_registered', given: 'authorization_code' });
	const challenge = parameters.get('code_challenge');
	if (challenge === null) return refuse({ tag: 'missing_parameter', name: 'code_challenge' });
	// RFC 7636 §4.3: a missing method means "plain", which is refused too.
	const method = parameters.get('code_challenge_method') ?? 'plain';
	if (method !== 'S256') return refuse({ tag: 'challenge_method_not_s256', given: method });
	if (!isChallenge(challenge))
		return refuse({ tag: 'malformed_parameter', name: 'code_challenge', expected: 'it must be the base64url SHA-256 of the verifier, 43 characters' });
	const state = parameters.get('state');
	if (state !== null && state.length > MAX_STATE) return refuse({ tag: 'malformed_parameter', name: 'state', expected: `at most ${MAX_STATE} characters` });
	const resource = parseResource(parameters.getAll('resource'), issuer);
	if (!resource.ok) return resource;
	return ok({ clientId: client.id, ...redirect, challenge, scopes: parseScopes(parameters.get('scope')), state, resource: resource.value });
}

/** The address that takes the browser back to the client, with what must go along (RFC 6749 §4.1.2, RFC 9207 §2). */
export function redirectBack(redirectUri: string, issuer: string, state: string | null, answer: Readonly<Record<string, string>>): string {
	const query = new URLSearchParams(answer);
	if (state !== null) query.set('state', state);
	query.set('iss', issuer);
	// Appended to the text rather than through URL: a registered URI must come back to the letter, its own query kept.
	return redirectUri + (redirectUri.includes('?') ? (/[?&]$/.test(redirectUri) ? '' : '&') : '?') + query.toString();
}
