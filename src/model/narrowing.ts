import type { Principal } from './principal.ts';

/** What the address and headers of a request leave of its token's rights: they only take away. */
export interface Narrowing {
	readonly readOnly: boolean;
	/** Names of the only tools left; null is all. */
	readonly allowed: ReadonlySet<string> | null;
	readonly disallowed: ReadonlySet<string>;
	/** Groups of tools that are left; null is all. */
	readonly toolsets: ReadonlySet<string> | null;
}

/** The principal with what is left. Whoever asks what it may do finds nothing of what was taken. */
export function narrow(principal: Principal, { readOnly, allowed, disallowed, toolsets }: Narrowing): Principal {
	const { scopes, tools } = principal;
	return {
		...principal,
		readOnly: principal.readOnly || readOnly,
		scopes: readOnly ? new Set([...scopes].filter((scope) => scope === 'read')) : scopes,
		tools: intersection(tools, allowed),
		narrowed: { disallowed, toolsets },
	};
}

/** Null stands for everything. */
export function intersection<T>(a: ReadonlySet<T> | null, b: ReadonlySet<T> | null): ReadonlySet<T> | null {
	if (a === null || b === null) return a ?? b;
	return a.intersection(b);
}
