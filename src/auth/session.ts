import { DAY, HOUR, MINUTE } from '../lib/time.ts';

/** Lives of the things that sign-in makes. */
export const SESSION_DAYS = 14;
/** A session that waits for its second factor. */
export const PENDING_MINUTES = 10;
export const CODE_SECONDS = 60;
export const CONSENT_FORM_MS = 10 * MINUTE;
export const CHALLENGE_MS = 5 * MINUTE;
export const INVITE_DAYS = 7;
export const RESET_HOURS = 24;

/** The cookie's `__Host-` prefix makes browsers refuse it without Secure and Path=/; plain http exists on loopback only. */
export function sessionCookieName(issuer: string): string {
	return issuer.startsWith('https:') ? '__Host-headgate_session' : 'headgate_session';
}

export function sessionCookie(issuer: string, value: string, maxAgeSeconds: number): string {
	const secure = issuer.startsWith('https:') ? '; Secure' : '';
	// Lax, not Strict: the authorization request is a top-level navigation from the client's site, and must find the session.
	return `${sessionCookieName(issuer)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

/** When a new session ends. */
export function sessionEnd(now: number, pendingSecondFactor: boolean): number {
	return now + (pendingSecondFactor ? PENDING_MINUTES * MINUTE : SESSION_DAYS * DAY);
}

/** How often something may be tried, per key in any stretch of that length; past it the answer is 429 with the time until there is room. */
export interface AttemptLimit {
	readonly name: string;
	readonly most: number;
	readonly windowMs: number;
}

/** Of sign-in and the second factor only failures stay counted; the numbers leave room for many people, or a test suite, behind one address. */
export const LIMITS = {
	signInByNetwork: { name: 'sign_in_network', most: 60, windowMs: 10 * MINUTE },
	signInByEmail: { name: 'sign_in_email', most: 15, windowMs: 10 * MINUTE },
	secondFactor: { name: 'second_factor', most: 6, windowMs: 10 * MINUTE },
	register: { name: 'register', most: 60, windowMs: HOUR },
	token: { name: 'token', most: 600, windowMs: 10 * MINUTE },
	passwordGrant: { name: 'password_grant', most: 10, windowMs: 10 * MINUTE },
	setup: { name: 'setup', most: 20, windowMs: HOUR },
	link: { name: 'link', most: 60, windowMs: HOUR },
	document: { name: 'document', most: 60, windowMs: 10 * MINUTE },
} as const satisfies Record<string, AttemptLimit>;

/**
 * Whose attempts are counted together: an IPv4 address, or the /64 that one IPv6 subscriber has whole (RFC 6177), within which
 * they could change their address at every attempt.
 */
export function networkOf(address: string): string {
	if (!address.includes(':')) return address;
	const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
	if (mapped !== undefined) return mapped;
	const [head = '', tail] = address.toLowerCase().split('::');
	const groups = head.split(':').filter((group) => group !== '');
	const behind = (tail ?? '').split(':').filter((group) => group !== '');
	const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
	const first = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...behind].slice(0, 4);
	return `${first.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
