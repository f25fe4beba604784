import { equalInConstantTime } from '../lib/crypto.ts';

/** Time-based one-time passwords (RFC 6238): SHA-1, 30 s, six digits, which is what every authenticator app does without asking. */

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Steps accepted before and after the present one, for clocks that are off (RFC 6238 §5.2). */
const DRIFT_STEPS = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 random bits in base32, as RFC 4226 §4 recommends. */
export function newTotpSecret(): string {
	return encodeBase32(crypto.getRandomValues(new Uint8Array(20)));
}

/** What the QR code and "open in app" link hold. */
export function totpUri(secret: string, email: string, issuer: string): string {
	const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
	return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}

/**
 * The step a code is right for, or null. The caller keeps the last step used and accepts only later ones, so that a code
 * seen over somebody's shoulder is worth nothing (RFC 6238 §5.2: a code must not be accepted twice).
 */
export async function acceptedTotpStep(secret: string, code: string, now: number, lastStep: number | null): Promise<number | null> {
	if (!/^\d{6}$/.test(code)) return null;
	const present = Math.floor(now / 1000 / STEP_SECONDS);
	let accepted: number | null = null;
	for (let step = present - DRIFT_STEPS; step <= present + DRIFT_STEPS; step++) {
		const matches = await equalInConstantTime(await totpCode(secret, step), code);
		if (matches && (lastStep === null || step > lastStep)) accepted = step;
	}
	return accepted;
}

/** The code of one step (RFC 4226 §5.3). */
export async function totpCode(secret: string, step: number): Promise<string> {
	const key = await crypto.subtle.importKey('raw', decodeBase32(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
	const counter = new DataView(new ArrayBuffer(8));
	counter.setBigUint64(0, BigInt(step));
	const digest = new DataView(await crypto.subtle.sign('HMAC', key, counter.buffer));
	const offset = digest.getUint8(19) & 0x0f;
	const number = digest.getUint32(offset) & 0x7fffffff;
	return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

function encodeBase32(bytes: Uint8Array): string {
	let [text, buffer, bits] = ['', 0, 0];
	for (const byte of bytes) {
		buffer = (buffer << 8) | byte;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += ALPHABET[(buffer >>> bits) & 31];
		}
		buffer &= (1 << bits) - 1;
	}
	return bits === 0 ? text : text + ALPHABET[(buffer << (5 - bits)) & 31];
}

function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
	const bytes: number[] = [];
	let [buffer, bits] = [0, 0];
	for (const letter of text.toUpperCase()) {
		const value = ALPHABET.indexOf(letter);
		if (value === -1) continue;
		buffer = (buffer << 5) | value;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes.push((buffer >>> bits) & 0xff);
			buffer &= (1 << bits) - 1;
		}
	}
	return new Uint8Array(bytes);
}
