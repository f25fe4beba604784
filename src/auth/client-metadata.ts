import type { ClientAuthMethod, GrantType } from './client.ts';
import { redirectHosts, registrationFault } from './redirect-uri.ts';
import { ok, type Result, refuse } from './result.ts';

/** What a client says of itself, checked: from a registration (RFC 7591 §2) or from its metadata document. */
export interface ClientMetadata {
	readonly name: string;
	readonly redirectUris: readonly string[];
	readonly authMethod: ClientAuthMethod;
	readonly grantTypes: readonly GrantType[];
	readonly uri: string | null;
	readonly logoUri: string | null;
}

const MAX_REDIRECT_URIS = 20;
const MAX_NAME = 100;

/**
 * Checks a registration's body. Redirect URIs that cannot be accepted are left out as long as one is left: clients register
 * a set for all their editions and would otherwise be shut out by one. Unknown members are ignored (RFC 7591 §2).
 */
export function checkRegistration(body: unknown): Result<ClientMetadata> {
	if (!isRecord(body)) return refuse({ tag: 'invalid_client_metadata', why: 'The body must be a JSON object of client metadata.' });
	const uris = body['redirect_uris'];
	if (!Array.isArray(uris) || uris.length === 0) {
		return refuse({ tag: 'invalid_redirect_uris', why: 'redirect_uris must be a list with at least one URI.' });
	}
	if (uris.length > MAX_REDIRECT_URIS)
		return refuse({ tag: 'invalid_redirect_uris', why: `redirect_uris has ${uris.length} entries; at most ${MAX_REDIRECT_URIS} are taken.` });
	const accepted: string[] = [];
	let firstFault = '';
	for (const uri of uris) {
		const fault = typeof uri === 'string' ? registrationFault(uri) : 'is not a text';
		if (fault === null) accepted.push(uri);
		else if (firstFault === '') firstFault = `${describe(uri)} ${fault}`;
	}
	if (accepted.length === 0) return refuse({ tag: 'invalid_redirect_uris', why: `No redirect URI can be accepted: ${firstFault}.` });
	const authMethod = registeredAuthMethod(body['token_endpoint_auth_method']);
	if (authMethod === null) {
		return refuse({ tag: 'invalid_client_metadata', why: 'token_endpoint_auth_method must be none, client_secret_basic or client_secret_post.' });
	}
	const responseTypes = body['response_types'];
	if (responseTypes !== undefined && !(Array.isArray(responseTypes) && responseTypes.includes('code'))) {
		return refuse({ tag: 'invalid_client_metadata', why: 'response_types must contain code.' });
	}
	return ok({
		name: cleanName(body['client_name']) ?? fallbackName(accepted),
		redirectUris: [...new Set(accepted)],
		authMethod,
		// A browser flow always comes with a refresh token: clients do not ask for offline_access and would come back every hour.
		grantTypes: ['authorization_code', 'refresh_token'],
		uri: webUri(body['client_uri']),
		logoUri: webUri(body['logo_uri']),
	});
}

/**
 * Checks a client ID metadata document: as a registration, and `client_id` must be the very URL it came from; such a client
 * has no secret here, and every one of its redirect URIs must be acceptable, for it wrote the document for us to read.
 */
export function checkClientDocument(url: string, body: unknown): Result<ClientMetadata> {
	if (!isRecord(body)) return refuse({ tag: 'client_document_unreachable', why: `The client's metadata document at ${url} is not a JSON object.` });
	if (body['client_id'] !== url) {
		return refuse({ tag: 'client_document_unreachable', why: `The client_id inside the document at ${url} is a different one.` });
	}
	const method = body['token_endpoint_auth_method'];
	if ((method !== undefined && method !== 'none' && method !== 'private_key_jwt') || 'client_secret' in body) {
		return refuse({ tag: 'client_document_unreachable', why: `The document at ${url} asks for a shared secret, which a public document cannot have.` });
	}
	const checked = checkRegistration({ ...body, token_endpoint_auth_method: 'none' });
	if (!checked.ok)
		return checked.reason.tag === 'invalid_redirect_uris'
			? refuse({ tag: 'client_document_unreachable', why: `The document at ${url}: ${checked.reason.why}` })
			: checked;
	return ok({ ...checked.value, authMethod: 'none' });
}

/**
 * By what a client is recognised when it authorizes again, so that its new grant replaces its former one even after it
 * registered anew: the document's URL, the static client's id, or for a dynamic one its name and its redirect hosts.
 */
export function clientKey(client: {
	readonly kind: 'dynamic' | 'document' | 'static';
	readonly id: string;
	readonly name: string;
	readonly redirectUris: readonly string[];
}): string {
	return client.kind === 'dynamic' ? `dynamic:${client.name}:${redirectHosts(client.redirectUris)}` : `${client.kind}:${client.id}`;
}

function registeredAuthMethod(value: unknown): ClientAuthMethod | null {
	if (value === undefined || value === null) return 'client_secret_basic'; // RFC 7591 §2: the default.
	return value === 'none' || value === 'client_secret_basic' || value === 'client_secret_post' ? value : null;
}

/** A name for people: one line, no control or direction-changing characters that would let it pose as something else. */
function cleanName(value: unknown): string | null {
	if (typeof value !== 'string') return null;
	const cleaned = value
		.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
		.replaceAll(/\s+/g, ' ')
		.trim();
	return cleaned === '' ? null : [...cleaned].slice(0, MAX_NAME).join('');
}

function fallbackName(uris: readonly string[]): string {
	return `Unnamed client (${redirectHosts(uris)})`;
}

function webUri(value: unknown): string | null {
	return typeof value === 'string' && value.length <= 2048 && URL.canParse(value) && new URL(value).protocol === 'https:' ? value : null;
}

function describe(uri: unknown): string {
	return typeof uri === 'string' ? uri.slice(0, 100) : (JSON.stringify(uri)?.slice(0, 100) ?? 'undefined');
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}
