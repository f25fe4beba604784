import { effectiveScopes, type Role, type Scope, scopeSchema } from '../model/principal.ts';

/** In the order in which they are shown and written. */
export const ALL_SCOPES: readonly Scope[] = ['read', 'write', 'run', 'admin'];

/** What a 401 asks for and what a client that names no scope gets; admin is only behind a step-up. */
export const DEFAULT_SCOPES: readonly Scope[] = ['read', 'write', 'run'];

/** The scopes in a space-separated text. Unknown ones are ignored, not refused: clients often add `openid email` (RFC 6749 §3.3). */
export function parseScopes(text: string | null): readonly Scope[] {
	const named = new Set((text ?? '').split(' '));
	return ALL_SCOPES.filter((scope) => named.has(scope));
}

export function formatScopes(scopes: Iterable<Scope>): string {
	const held = new Set(scopes);
	return ALL_SCOPES.filter((scope) => held.has(scope)).join(' ');
}

/** The scopes to offer on the consent screen: what was asked (or the default) ∩ what the role allows ∩ what the client is registered for. */
export function offeredScopes(asked: readonly Scope[], role: Role, registered: readonly Scope[] | null): readonly Scope[] {
	const wanted = asked.length === 0 ? DEFAULT_SCOPES : asked;
	const allowed = effectiveScopes(role, ['admin'], false);
	const implied = registered === null ? null : effectiveScopes('owner', registered, false);
	return ALL_SCOPES.filter((scope) => wanted.includes(scope) && allowed.has(scope) && (implied === null || implied.has(scope)));
}

/** What the person left ticked, never more than was offered. */
export function narrowScopes(offered: readonly Scope[], ticked: readonly Scope[]): readonly Scope[] {
	return offered.filter((scope) => ticked.includes(scope));
}

/**
 * What a 403 insufficient_scope must list: held *and* needed, for clients replace their scope by the challenge's
 * (RFC 6750 §3.1; SDK 1.x would lose the held ones otherwise).
 */
export function stepUpScopes(held: Iterable<Scope>, needed: Scope): string {
	return formatScopes([...held, needed]);
}

/** A scope in plain words, for the consent screen. */
export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
	read: 'See packages, runs, logs, schedules and connections (never their credentials), and preview data',
	write: 'Create, change and archive packages and schedules, and put files into embedded storage',
	run: 'Run packages, cancel and retry runs',
	admin: 'Manage connections, members, published tools and the tokens of this account',
};

export function isScope(text: string): text is Scope {
	return scopeSchema.safeParse(text).success;
}
