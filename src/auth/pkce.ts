import { equalInConstantTime } from '../lib/crypto.ts';

/** RFC 7636 §4.1: 43–128 unreserved characters. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;
/** Base64url of a SHA-256 digest is always 43 characters; the last one carries four bits, so only every fourth letter can stand there. */
const CHALLENGE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export function isChallenge(text: string): boolean {
	return CHALLENGE.test(text);
}

export function isVerifier(text: string): boolean {
	return VERIFIER.test(text);
}

/** RFC 7636 §4.6 with S256, the only method there is here. */
export async function verifierMatches(verifier: string, challenge: string): Promise<boolean> {
	if (!isVerifier(verifier)) return false;
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
	const encoded = btoa(String.fromCharCode(...digest))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
	return equalInConstantTime(encoded, challenge);
}
