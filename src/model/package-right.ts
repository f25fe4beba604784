import * as z from 'zod';
import type { Principal, Scope } from './principal.ts';

/** What may be done with one package: look at it, change it, run it, look into its runs. */
export const packageRightSchema = z.enum(['read', 'write', 'execute', 'debug']);
export type PackageRight = z.infer<typeof packageRightSchema>;

/** What was set for one member and one package; null where nothing was. */
export type PackagePermission = Readonly<Record<'canRead' | 'canWrite' | 'canExecute' | 'canDebug', boolean>> | null;

const SCOPE: Readonly<Record<PackageRight, Scope>> = { read: 'read', write: 'write', execute: 'run', debug: 'read' };
const FIELD = { read: 'canRead', write: 'canWrite', execute: 'canExecute', debug: 'canDebug' } as const;

/** Whether permissions narrow this member at all: owners set them, so none could lock them out. */
export function isLimited(principal: Pick<Principal, 'role'>): boolean {
	return principal.role !== 'owner';
}

/** Role ∩ scopes ∩ permission. */
export function packageRights(principal: Pick<Principal, 'role' | 'scopes'>, permission: PackagePermission): PackageRight[] {
	const set = isLimited(principal) ? permission : null;
	return packageRightSchema.options.filter((right) => principal.scopes.has(SCOPE[right]) && (set === null || set[FIELD[right]]));
}
