import { effectiveScopes, type Principal, type Scope } from '../../model/principal.ts';
import { grantStanding } from '../../store/grants.ts';
import type { OperationContext } from '../context.ts';

const EVERY_SCOPE: readonly Scope[] = ['admin'];

/**
 * Somebody who has been listening for long, as they stand now: null where the grant is revoked or over, its user no member any more,
 * or the gateway switched off for the account. A lower role takes rights away; a higher one gives none that were not there at the start.
 */
export async function presentPrincipal({ store, clock }: Pick<OperationContext, 'store' | 'clock'>, principal: Principal): Promise<Principal | null> {
	const role = await grantStanding(store, principal.grant.id, clock());
	if (role === null) return null;
	if (role === principal.role) return principal;
	return { ...principal, role, scopes: principal.scopes.intersection(effectiveScopes(role, EVERY_SCOPE, principal.readOnly)) };
}
