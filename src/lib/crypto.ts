/** Web Crypto, wrapped once: digests, constant-time comparison, random tokens. */

const encoder = new TextEncoder();

/** Lower-case hex SHA-256 of a text (UTF-8) or bytes. */
export async function sha256Hex(input: string | Uint8Array<ArrayBuffer>): Promise<string> {
	const bytes = typeof input === 'string' ? encoder.encode(input) : input;
	return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

export function hex(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

/** 256 random bits in base64url, 43 characters. */
export function randomToken(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
}

/** Compares two texts in time that depends on neither; digesting first hides their lengths too. */
export async function equalInConstantTime(a: string, b: string): Promise<boolean> {
	const [left, right] = await Promise.all([sha256Hex(a), sha256Hex(b)]);
	let difference = 0;
	for (let i = 0; i < left.length; i++) difference |= left.charCodeAt(i) ^ right.charCodeAt(i);
	return difference === 0;
}
