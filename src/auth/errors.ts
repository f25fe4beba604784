/**
 * Every way a request can be refused, tagged. One switch (`toWire`) turns a reason into what goes over the wire, so that the
 * wire never says more than the RFC's generic words plus a sentence a person can act on.
 */
export type Reason =
	| { readonly tag: 'repeated_parameter'; readonly name: string }
	| { readonly tag: 'missing_parameter'; readonly name: string }
	| { readonly tag: 'malformed_parameter'; readonly name: string; readonly expected: string }
	| { readonly tag: 'unknown_client' }
	| { readonly tag: 'client_authentication_failed' }
	| { readonly tag: 'redirect_uri_mismatch'; readonly given: string }
	| { readonly tag: 'redirect_uri_needed' }
	| { readonly tag: 'unsupported_response_type'; readonly given: string }
	| { readonly tag: 'unsupported_response_mode'; readonly given: string }
	| { readonly tag: 'unsupported_grant_type'; readonly given: string }
	| { readonly tag: 'grant_type_not_registered'; readonly given: string }
	| { readonly tag: 'challenge_method_not_s256'; readonly given: string }
	| { readonly tag: 'unknown_resource'; readonly given: string }
	| { readonly tag: 'several_resources' }
	| { readonly tag: 'no_scope_left' }
	| { readonly tag: 'invalid_code' }
	| { readonly tag: 'verifier_mismatch' }
	| { readonly tag: 'invalid_refresh_token' }
	| { readonly tag: 'not_a_member' }
	| { readonly tag: 'gateway_off' }
	| { readonly tag: 'access_denied' }
	| { readonly tag: 'second_factor_needed' }
	| { readonly tag: 'invalid_sign_in' }
	| { readonly tag: 'too_many_attempts'; readonly retryAfterSeconds: number }
	| { readonly tag: 'invalid_redirect_uris'; readonly why: string }
	| { readonly tag: 'invalid_client_metadata'; readonly why: string }
	| { readonly tag: 'client_document_unreachable'; readonly why: string };

/** RFC 6749 §5.2, RFC 7591 §3.2.2, RFC 8707 §2, RFC 6749 §4.1.2.1 codes. */
export interface WireError {
	readonly status: 400 | 401 | 403 | 429;
	readonly error: string;
	readonly description: string;
	readonly retryAfterSeconds?: number;
}

export function toWire(reason: Reason): WireError {
	const bad = (error: string, description: string): WireError => ({ status: 400, error, description });
	switch (reason.tag) {
		case 'repeated_parameter':
			return bad('invalid_request', `The parameter ${quoted(reason.name)} is given more than once; give it once.`);
		case 'missing_parameter':
			return bad('invalid_request', `The parameter ${quoted(reason.name)} is missing.`);
		case 'malformed_parameter':
			return bad('invalid_request', `The parameter ${quoted(reason.name)} is not valid: ${reason.expected}.`);
		case 'unknown_client':
			return { status: 401, error: 'invalid_client', description: 'This client is not registered here. Remove the server in your client and add it again.' };
		case 'client_authentication_failed':
			return { status: 401, error: 'invalid_client', description: 'Client authentication failed: check the client id and secret.' };
		case 'redirect_uri_mismatch':
			return bad('invalid_request', `The redirect URI ${quoted(reason.given)} is not one that this client registered.`);
		case 'redirect_uri_needed':
			return bad('invalid_request', 'This client registered several redirect URIs; name one as redirect_uri.');
		case 'unsupported_response_type':
			return bad('unsupported_response_type', `response_type is ${quoted(reason.given)}; the only one served is code.`);
		case 'unsupported_response_mode':
			return bad('invalid_request', `response_mode is ${quoted(reason.given)}; the only one served is query.`);
		case 'unsupported_grant_type':
			return bad('unsupported_grant_type', `grant_type is ${quoted(reason.given)}; served are authorization_code, refresh_token and client_credentials.`);
		case 'grant_type_not_registered':
			return bad('unauthorized_client', `This client is not registered for grant_type ${quoted(reason.given)}.`);
		case 'challenge_method_not_s256':
			return bad('invalid_request', `code_challenge_method is ${quoted(reason.given)}; PKCE with S256 is required.`);
		case 'unknown_resource':
			return bad('invalid_target', `The resource ${quoted(reason.given)} is not served here; use the URL of an account's gateway.`);
		case 'several_resources':
			return bad('invalid_target', 'A token is for one resource; give the parameter resource once.');
		case 'no_scope_left':
			return bad('invalid_scope', 'None of the scopes asked for can be granted; valid are read, write, run, admin.');
		case 'invalid_code':
			return bad('invalid_grant', 'The authorization code is unknown, used, expired or was issued to another client. Start again.');
		case 'verifier_mismatch':
			return bad('invalid_grant', 'The code_verifier does not belong to the code_challenge of this authorization.');
		case 'invalid_refresh_token':
			return bad('invalid_grant', 'The refresh token is unknown, expired, revoked or was issued to another client. Authorize again.');
		case 'not_a_member':
			return { status: 403, error: 'access_denied', description: 'You are not a member of this account. Ask one of its owners to invite you.' };
		case 'gateway_off':
			return {
				status: 403,
				error: 'access_denied',
				description: 'The MCP gateway is switched off for this account. An owner can switch it on under Settings.',
			};
		case 'access_denied':
			return { status: 403, error: 'access_denied', description: 'Access was denied.' };
		case 'second_factor_needed':
			return bad('invalid_grant', 'This user has a second factor, so a password alone cannot sign in here; use the browser or a token.');
		case 'invalid_sign_in':
			return bad('invalid_grant', 'The email or the password is wrong.');
		case 'too_many_attempts':
			return {
				status: 429,
				error: 'temporarily_unavailable',
				description: `Too many attempts; try again in ${reason.retryAfterSeconds} s.`,
				retryAfterSeconds: reason.retryAfterSeconds,
			};
		case 'invalid_redirect_uris':
			return bad('invalid_redirect_uri', reason.why);
		case 'invalid_client_metadata':
			return bad('invalid_client_metadata', reason.why);
		case 'client_document_unreachable':
			return { status: 401, error: 'invalid_client', description: reason.why };
	}
}

/** RFC 6749 §5.2 allows only printable ASCII without `"` and `\` in error_description: anything else is replaced, long values cut. */
function quoted(value: string): string {
	const safe = value.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
	return `'${safe.length > 100 ? `${safe.slice(0, 100)}...` : safe}'`;
}
