import { equalInConstantTime, sha256Hex } from '../lib/crypto.ts';
import type { Client } from './client.ts';
import { ok, type Result, refuse } from './result.ts';

/** What a request to the token or revocation endpoint says of who is calling. */
export interface PresentedClient {
	readonly id: string;
	readonly secret: string | null;
	readonly method: 'none' | 'client_secret_basic' | 'client_secret_post';
}

/** RFC 6749 §2.3: one method a request; the Basic header's halves are form-encoded. */
export function presentedClient(authorization: string | null, form: URLSearchParams): Result<PresentedClient> {
	for (const name of ['client_id', 'client_secret']) {
		if (form.getAll(name).length > 1) return refuse({ tag: 'repeated_parameter', name });
	}
	const formId = form.get('client_id');
	const formSecret = form.get('client_secret');
	const basic = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '')?.[1];
	if (basic !== undefined) {
		const pair = decodeBasic(basic);
		if (pair === null || (formSecret ?? '') !== '' || (formId !== null && formId !== pair.id)) return refuse({ tag: 'client_authentication_failed' });
		return ok({ ...pair, method: 'client_secret_basic' });
	}
	if (formId === null || formId === '') return refuse({ tag: 'missing_parameter', name: 'client_id' });
	return ok(formSecret ? { id: formId, secret: formSecret, method: 'client_secret_post' } : { id: formId, secret: null, method: 'none' });
}

/**
 * Whether the caller is that client. A public client shows nothing; a confidential one its secret, in the header or the form:
 * the registered choice between the two is not enforced, for clients mix them up and it protects nothing.
 */
export async function authenticateClient(presented: PresentedClient, client: Client | null): Promise<Result<Client>> {
	if (client === null) return refuse({ tag: 'unknown_client' });
	if (client.authMethod === 'none') return ok(client);
	if (client.secretHash === null || presented.secret === null) return refuse({ tag: 'client_authentication_failed' });
	const matches = await equalInConstantTime(await sha256Hex(presented.secret), client.secretHash);
	return matches ? ok(client) : refuse({ tag: 'client_authentication_failed' });
}

function decodeBasic(base64: string): { id: string; secret: string } | null {
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
		const colon = text.indexOf(':');
		if (colon < 1) return null;
		return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
	} catch {
		return null;
	}
}

function formDecode(text: string): string {
	return decodeURIComponent(text.replaceAll('+', ' '));
}
