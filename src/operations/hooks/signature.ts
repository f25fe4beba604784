const PREFIX = 'whsec_';

/** A new signing secret: 32 random bytes, as Standard Webhooks writes them. */
export function newSigningSecret(): string {
	return PREFIX + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
}

/** `v1,` and the base64 of HMAC-SHA-256 over id, moment and body. */
export async function signature(secret: string, id: string, seconds: number, body: string): Promise<string> {
	const raw = new Uint8Array(Buffer.from(secret.slice(PREFIX.length), 'base64'));
	const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
	const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${seconds}.${body}`));
	return `v1,${Buffer.from(mac).toString('base64')}`;
}
