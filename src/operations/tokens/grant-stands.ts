import type { Principal } from '../../model/principal.ts';
import { grantStanding } from '../../store/grants.ts';
import type { OperationContext } from '../context.ts';

/** Whether the grant of somebody who has been listening for long still is one: neither revoked nor over, its user still a member. */
export async function grantStands({ store, clock }: Pick<OperationContext, 'store' | 'clock'>, { grant }: Principal): Promise<boolean> {
	return grantStanding(store, grant.id, clock());
}
