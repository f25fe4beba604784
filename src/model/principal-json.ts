import type { Principal, Scope } from './principal.ts';

/** A principal as it goes to another object or into its storage. */
export interface PrincipalJson extends Omit<Principal, 'scopes' | 'tools' | 'narrowed'> {
	readonly scopes: readonly Scope[];
	readonly tools: readonly string[] | null;
	readonly narrowed?: { readonly disallowed: readonly string[]; readonly toolsets: readonly string[] | null };
}

export function principalToJson({ narrowed, ...principal }: Principal): PrincipalJson {
	return {
		...principal,
		scopes: [...principal.scopes],
		tools: listed(principal.tools),
		...(narrowed === undefined ? {} : { narrowed: { disallowed: [...narrowed.disallowed], toolsets: listed(narrowed.toolsets) } }),
	};
}

export function principalFromJson({ narrowed, ...principal }: PrincipalJson): Principal {
	return {
		...principal,
		scopes: new Set(principal.scopes),
		tools: asSet(principal.tools),
		...(narrowed === undefined ? {} : { narrowed: { disallowed: new Set(narrowed.disallowed), toolsets: asSet(narrowed.toolsets) } }),
	};
}

function listed<T>(set: ReadonlySet<T> | null): readonly T[] | null {
	return set === null ? null : [...set];
}

function asSet<T>(list: readonly T[] | null): ReadonlySet<T> | null {
	return list === null ? null : new Set(list);
}
