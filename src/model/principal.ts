import * as z from 'zod';

export const scopeSchema = z.enum(['read', 'write', 'run', 'admin']);
export type Scope = z.infer<typeof scopeSchema>;

export const roleSchema = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.infer<typeof roleSchema>;

/** What each scope brings with it: admin ⊃ {write, run} ⊃ read. */
const IMPLIED: Readonly<Record<Scope, readonly Scope[]>> = {
	admin: ['admin', 'write', 'run', 'read'],
	write: ['write', 'read'],
	run: ['run', 'read'],
	read: ['read'],
};

const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
	owner: IMPLIED.admin,
	editor: ['write', 'run', 'read'],
	viewer: IMPLIED.read,
};

/** Who is calling: one token, resolved in one D1 statement. `scopes` is what is left after role and read-only. */
export interface Principal {
	readonly account: {
		readonly id: number;
		readonly slug: string;
		readonly name: string;
		/** Rises with whatever changes the account's published tools; 0 where there never were any. */
		readonly toolsRevision: number;
	};
	readonly user: { readonly id: number; readonly email: string };
	readonly role: Role;
	/** `none`: nobody called; the gateway acts for the member by itself. */
	readonly grant: { readonly id: number; readonly name: string; readonly kind: 'pat' | 'oauth' | 'client' | 'none' };
	readonly scopes: ReadonlySet<Scope>;
	/** Names of the only tools it may see; null is all. */
	readonly tools: ReadonlySet<string> | null;
	readonly readOnly: boolean;
	/** What the address or headers of this request took beside `tools` and `readOnly`. */
	readonly narrowed?: { readonly disallowed: ReadonlySet<string>; readonly toolsets: ReadonlySet<string> | null };
}

/** The id of the grant where there is none: no row has it. */
export const NO_GRANT = 0;

/** The grant as rows name it. */
export function grantIdOf({ grant }: Pick<Principal, 'grant'>): number | null {
	return grant.id === NO_GRANT ? null : grant.id;
}

/** Role ∩ scopes, with what each scope implies; a read-only grant keeps only read. */
export function effectiveScopes(role: Role, granted: readonly Scope[], readOnly: boolean): ReadonlySet<Scope> {
	const wanted = new Set(granted.flatMap((scope) => IMPLIED[scope]));
	return new Set(ROLE_SCOPES[role].filter((scope) => wanted.has(scope) && (!readOnly || scope === 'read')));
}
