import { equalInConstantTime, hex } from '../lib/crypto.ts';

/**
 * State that travels through a page's hidden field: readable, but bound by HMAC to its purpose, to the session that was
 * shown the page and to a time. A form filled in on another session, an altered one or an old one does not open.
 */
export interface FormKey {
	seal(purpose: string, session: string, value: unknown, expiresAt: number): Promise<string>;
	/** Null for anything that this key did not seal for this purpose and session, or that is past its time. */
	open(purpose: string, session: string, sealed: string, now: number): Promise<unknown>;
}

export async function formKey(secret: Uint8Array<ArrayBuffer>): Promise<FormKey> {
	const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
	const tag = async (purpose: string, session: string, body: string) => {
		// Lengths first, so that no two (purpose, session, body) triples give the same bytes.
		const text = `${purpose.length}:${purpose}${session.length}:${session}${body}`;
		return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))));
	};
	return {
		async seal(purpose, session, value, expiresAt) {
			const body = encode(JSON.stringify({ value, expiresAt }));
			return `${body}.${await tag(purpose, session, body)}`;
		},
		async open(purpose, session, sealed, now) {
			const [body = '', given = '', rest] = sealed.split('.');
			if (rest !== undefined || !(await equalInConstantTime(await tag(purpose, session, body), given))) return null;
			const { value, expiresAt } = JSON.parse(decode(body)) as { value: unknown; expiresAt: number };
			return expiresAt > now ? value : null;
		},
	};
}

function encode(text: string): string {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
}

function decode(text: string): string {
	const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
	return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
