import { AppError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';

/**
 * What a sealed text belongs to; opening it for anything else fails. Secrets of packages, runs, schedules and hooks are written together
 * with the row that gives them their id, so only the account binds them.
 */
export type SealPurpose =
	| { readonly kind: 'connection'; readonly accountId: number; readonly connectionId: number }
	| { readonly kind: 'task'; readonly accountId: number; readonly grantId: number }
	| { readonly kind: 'package_variables' | 'run_variables' | 'run_order' | 'schedule_variables' | 'hook'; readonly accountId: number }
	| { readonly kind: 'second_factor'; readonly userId: number };

export interface Sealer {
	/** Names the key that new texts are sealed with. */
	readonly keyId: string;
	/** `<key id>.<base64url of nonce, ciphertext and tag>` */
	seal(purpose: SealPurpose, text: string): Promise<string>;
	/** Throws `unavailable` when the key is not configured, and for any text that was changed or moved. */
	open(purpose: SealPurpose, sealed: string): Promise<Secret>;
}

const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits, random; far below 2^32 texts a key. */
const NONCE_BYTES = 12;

/**
 * AES-256-GCM under rotatable keys: `id:base64key,…`, 32 bytes each; the first seals, all open. A lone key without an id is `k1`,
 * so a deployment that began with one rotates to `k2:new,k1:old`.
 */
export function sealerFrom(configured: string): Sealer {
	const entries = configured.split(',').map((entry, _, all) => keyEntry(entry.trim(), all.length === 1));
	const [first] = entries;
	if (first === undefined || new Set(entries.map((entry) => entry.id)).size !== entries.length) throw misconfigured('two keys have the same id');
	const raw = new Map(entries.map((entry) => [entry.id, entry.bytes]));
	// Keys, not promises of keys, are kept: a request must not wait for what another one began. Losing them costs an import.
	const imported = new Map<string, CryptoKey>();

	const key = async (id: string): Promise<CryptoKey> => {
		const known = imported.get(id);
		if (known !== undefined) return known;
		const bytes = raw.get(id);
		if (bytes === undefined) {
			throw new AppError('unavailable', `a credential is sealed with key ${id}, which is not configured`, {
				hint: 'Add the old key behind the new one in HEADGATE_SEAL_KEY: `new:…,old:…`.',
				retryable: false,
			});
		}
		const made = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
		imported.set(id, made);
		return made;
	};

	return {
		keyId: first.id,
		async seal(purpose, text) {
			const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
			const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: additionalData(purpose, first.id) };
			const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, await key(first.id), new TextEncoder().encode(text)));
			return `${first.id}.${Buffer.concat([nonce, sealed]).toString('base64url')}`;
		},
		async open(purpose, sealed) {
			const [id = '', body = ''] = sealed.split('.', 2);
			const bytes = Buffer.from(body, 'base64url');
			const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES), additionalData: additionalData(purpose, id) };
			const opener = await key(id);
			try {
				return new Secret(new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, opener, bytes.subarray(NONCE_BYTES))));
			} catch (cause) {
				throw new AppError('unavailable', 'a sealed credential does not open: it was changed, or belongs to another row', {
					hint: 'Enter the credential again.',
					retryable: false,
					cause,
				});
			}
		},
	};
}

/** Authenticated but not stored: a sealed text moved to another row, account or key does not open. */
function additionalData(purpose: SealPurpose, keyId: string): Uint8Array<ArrayBuffer> {
	return new Uint8Array(new TextEncoder().encode(`headgate:${keyId}:${subjectOf(purpose)}`));
}

function subjectOf(purpose: SealPurpose): string {
	if (purpose.kind === 'second_factor') return `user:${purpose.userId}:second_factor`;
	if (purpose.kind === 'task') return `account:${purpose.accountId}:task:${purpose.grantId}`;
	return `account:${purpose.accountId}:${purpose.kind === 'connection' ? `connection:${purpose.connectionId}` : purpose.kind}`;
}

function keyEntry(entry: string, alone: boolean): { readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> } {
	const found = /^(?:([A-Za-z0-9_-]{1,32}):)?([A-Za-z0-9+/]{43}=?)$/.exec(entry);
	const id = found?.[1] ?? (alone ? 'k1' : undefined);
	const bytes = new Uint8Array(Buffer.from(found?.[2] ?? '', 'base64'));
	// The entry itself is a secret: it is not repeated.
	if (id === undefined || bytes.length !== KEY_BYTES) throw misconfigured('a key is not `id:` and 32 bytes in base64');
	return { id, bytes };
}

function misconfigured(what: string): AppError {
	return new AppError('unavailable', `HEADGATE_SEAL_KEY is wrong: ${what}`, {
		hint: 'Make one with `openssl rand -base64 32`; several are written `id:key,id:key`, the first seals and all open.',
		retryable: false,
	});
}
