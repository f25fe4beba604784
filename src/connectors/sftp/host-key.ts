import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../lib/errors.ts';

/** Kinds of host keys, in the order in which they are asked for; a server has one key of each, or none. */
export const KEY_KINDS = {
	ed25519: ['ssh-ed25519'],
	ecdsa: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
	rsa: ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;

export type KeyKind = keyof typeof KEY_KINDS;

/** The host keys that a connection trusts. */
export interface TrustedKeys {
	/** What to ask the server for: of a public key the kind is known, of a fingerprint it is not. */
	readonly kinds: readonly KeyKind[];
	trusts(key: Uint8Array): boolean;
}

/** Reads fingerprints and public keys, one a line or behind commas; a line of known_hosts does too. Throws `invalid_input` for anything else. */
export function trustedKeys(text: string): TrustedKeys {
	const prints: Buffer[] = [];
	const kinds = new Set<KeyKind>();
	for (const line of text.split(/[\n,]/).map((part) => part.trim())) {
		if (line === '' || line.startsWith('#')) continue;
		const print = /(?:^|\s)SHA256:([A-Za-z0-9+/]{43})=?(?:\s|$)/.exec(line);
		const key = /(?:^|\s)(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))\s+([A-Za-z0-9+/]{40,}={0,2})(?:\s|$)/.exec(line);
		if (print !== null) {
			prints.push(Buffer.from(print[1] as string, 'base64'));
			for (const kind of Object.keys(KEY_KINDS) as KeyKind[]) kinds.add(kind);
		} else if (key !== null) {
			prints.push(digestOf(Buffer.from(key[2] as string, 'base64')));
			kinds.add(kindOf(key[1] as string));
		} else {
			throw new AppError('invalid_input', `${JSON.stringify(line.slice(0, 80))} is neither a fingerprint nor a public key of a host.`, {
				hint: 'Give SHA256:… as `ssh-keyscan HOST | ssh-keygen -lf -` prints it, or a whole public key such as ssh-ed25519 AAAA…',
			});
		}
	}
	if (prints.length === 0) {
		throw new AppError('invalid_input', 'host_key names no key, and without one any server could pass for this one.', {
			hint: 'Give SHA256:… as `ssh-keyscan HOST | ssh-keygen -lf -` prints it.',
		});
	}
	return {
		kinds: (Object.keys(KEY_KINDS) as KeyKind[]).filter((kind) => kinds.has(kind)),
		trusts: (key) => {
			const digest = digestOf(key);
			return prints.some((print) => print.length === digest.length && timingSafeEqual(print, digest));
		},
	};
}

/** As OpenSSH prints it. */
export function fingerprint(key: Uint8Array): string {
	return `SHA256:${digestOf(key).toString('base64').replace(/=+$/, '')}`;
}

function digestOf(key: Uint8Array): Buffer {
	return createHash('sha256').update(key).digest();
}

function kindOf(algorithm: string): KeyKind {
	return algorithm === 'ssh-ed25519' ? 'ed25519' : algorithm === 'ssh-rsa' ? 'rsa' : 'ecdsa';
}
