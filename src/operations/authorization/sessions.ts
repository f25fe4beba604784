import { sessionEnd } from '../../auth/session.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { MINUTE } from '../../lib/time.ts';
import { findTotp } from '../../store/second-factor.ts';
import { deleteOtherSessions, deleteSession, findSession, listSessions, replaceSession, type SessionRow, touchSession } from '../../store/sessions.ts';
import type { Store } from '../../store/store.ts';

/** Somebody's browser. `complete` only when a needed second factor was given too. */
export interface Session {
	readonly hash: string;
	readonly userId: number;
	readonly email: string;
	readonly complete: boolean;
	readonly method: string;
	readonly expiresAt: number;
}

export interface Visitor {
	readonly address: string;
	/** What attempts are counted by. */
	readonly network: string;
	readonly userAgent: string;
}

/** What is kept of a visitor with a session. */
type Browser = Omit<Visitor, 'network'>;

const TOUCH_EVERY_MS = 5 * MINUTE;

export async function resolveSession(store: Store, cookie: string | undefined, now: number): Promise<Session | null> {
	if (cookie === undefined || !/^[A-Za-z0-9_-]{43}$/.test(cookie)) return null;
	const found = await findSession(store, await sha256Hex(cookie), now);
	if (found === null) return null;
	if (found.session.lastSeenAt < now - TOUCH_EVERY_MS) await touchSession(store, found.session.hash, now, now - TOUCH_EVERY_MS);
	const { hash, userId, method, expiresAt, secondFactor } = found.session;
	return { hash, userId, email: found.user.email, method, expiresAt, complete: secondFactor !== 'pending' };
}

/**
 * Begins a session for somebody who has shown who they are, in place of the visitor's former one. A person with a second factor
 * gets one that can do nothing but ask for it, unless the method itself was strong (a passkey, or an upstream that vouches).
 */
export async function beginSession(
	store: Store,
	userId: number,
	how: { readonly method: string; readonly strong: boolean; readonly former: string | null } & Browser,
	now: number,
): Promise<{ readonly cookie: string; readonly complete: boolean; readonly expiresAt: number }> {
	const totp = how.strong ? null : await findTotp(store, userId);
	const pending = totp?.confirmedAt != null;
	return rotate(store, userId, how, pending ? 'pending' : 'not_needed', now);
}

/** The second factor was given: a new cookie, for the old one was worth less. */
export async function completeSession(store: Store, session: Session, visitor: Browser, now: number) {
	return rotate(store, session.userId, { ...visitor, method: session.method, former: session.hash }, 'passed', now);
}

async function rotate(
	store: Store,
	userId: number,
	how: { readonly method: string; readonly former: string | null } & Browser,
	secondFactor: SessionRow['secondFactor'],
	now: number,
) {
	const cookie = randomToken();
	const expiresAt = sessionEnd(now, secondFactor === 'pending');
	await replaceSession(store, how.former, {
		hash: await sha256Hex(cookie),
		userId,
		method: how.method,
		secondFactor,
		userAgent: how.userAgent.slice(0, 300),
		address: how.address.slice(0, 64),
		createdAt: now,
		lastSeenAt: now,
		expiresAt,
	});
	return { cookie, complete: secondFactor !== 'pending', expiresAt };
}

/** Everywhere the person is signed in. */
export function sessionsOf(store: Store, userId: number, now: number): Promise<SessionRow[]> {
	return listSessions(store, userId, now);
}

export function endSession(store: Store, userId: number, hash: string): Promise<void> {
	return deleteSession(store, userId, hash);
}

/** Signs the person out everywhere but here. */
export function endOtherSessions(store: Store, userId: number, here: string): Promise<void> {
	return deleteOtherSessions(store, userId, here);
}
