import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's second scrypt set: 16 MiB, about 150 ms of CPU. PBKDF2 is no choice: production caps its rounds at 100,000. */
const COST = { N: 16384, r: 8, p: 5 } as const;
const KEY_BYTES = 32;

/** `scrypt$N$r$p$salt$key`, base64: the parameters stand in the hash, so that they can be raised for new ones. */
export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(16);
	const key = await derive(password.normalize('NFKC'), salt, KEY_BYTES, COST);
	return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

function derive(password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		scrypt(password, salt, bytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
	});
}

/** Of no password at all: what an unknown user's attempt is measured against, so that it takes as long as any other. */
export const DECOY_HASH = `scrypt$${COST.N}$${COST.r}$${COST.p}$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=`;

/** Whether a password is the one that was hashed; false for a hash that is not of our making. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
	const [scheme, N, r, p, salt = '', key = ''] = hash.split('$');
	if (scheme !== 'scrypt') return false;
	const expected = Buffer.from(key, 'base64');
	const derived = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), expected.length, { N: Number(N), r: Number(r), p: Number(p) });
	return timingSafeEqual(derived, expected);
}
