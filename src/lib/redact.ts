import { REDACTED, type Secret } from './secret.ts';

/** Shorter secrets are not searched for: they would blank out ordinary words. */
const MIN_SECRET_LENGTH = 4;

/** Replaces every known secret in a text. */
export type Redact = (text: string) => string;

/**
 * Builds a replacer for the given secrets in every spelling in which they travel: raw, JSON-escaped, as SQL quotes it,
 * URL-encoded (upper and lower case hex, and as forms are) and base64 (standard and URL alphabet, with and without padding).
 */
export function redactor(secrets: readonly Secret[]): Redact {
	const needles = new Set<string>();
	for (const secret of secrets) {
		const value = secret.reveal();
		if (value.length >= MIN_SECRET_LENGTH) for (const spelling of spellings(value)) needles.add(spelling);
	}
	if (needles.size === 0) return (text) => text;
	// Longest first, so that a secret that contains another is replaced whole.
	const ordered = [...needles].sort((a, b) => b.length - a.length);
	return (text) => ordered.reduce((left, needle) => (left.includes(needle) ? left.replaceAll(needle, REDACTED) : left), text);
}

function spellings(value: string): string[] {
	// Half a character has no spelling but the one that stands for all that are broken.
	const percent = encodeURIComponent(value.toWellFormed());
	const base64 = btoa(Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join(''));
	const unpadded = base64.replace(/=+$/, '');
	const url = unpadded.replaceAll('+', '-').replaceAll('/', '_');
	const form = new URLSearchParams({ '': value }).toString().slice(1);
	// As literals of SQL spell it: errors of databases repeat statements.
	const quoted = [value.replaceAll("'", "''"), value.replaceAll(/[\\']/g, (character) => `\\${character}`)];
	const encoded = [percent, form].flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
	return [value, ...quoted, JSON.stringify(value).slice(1, -1), ...encoded, base64, unpadded, url].filter((spelling) => spelling.length >= MIN_SECRET_LENGTH);
}

/** Applies `redact` to every string inside a JSON-like value, and to numbers as they are printed; keys stay. */
export function redactDeep<T>(value: T, redact: Redact): T {
	if (typeof value === 'string') return redact(value) as T;
	if (typeof value === 'number') return redact(String(value)) === String(value) ? value : (REDACTED as T);
	if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact)) as T;
	if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)])) as T;
	}
	return value;
}
