import { type Membership, memberships } from '../../store/members.ts';
import type { Store } from '../../store/store.ts';

/** An account that a person belongs to, and as what. */
export type AccountMembership = Membership;

/** The accounts a person belongs to, by name. */
export function accountsOf(store: Store, userId: number): Promise<AccountMembership[]> {
	return memberships(store, userId);
}
