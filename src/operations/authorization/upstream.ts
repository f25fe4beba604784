import { ok, type Result, refuse } from '../../auth/result.ts';
import { findIdentity, linkIdentity } from '../../store/identities.ts';
import { userByEmail } from '../../store/users.ts';
import type { OperationContext } from '../context.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

/** What an upstream provider says of somebody, its signature checked. */
export interface UpstreamIdentity {
	readonly issuer: string;
	readonly subject: string;
	readonly email: string | null;
	/** Only an address that the provider has checked may stand for a person here. */
	readonly emailVerified: boolean;
}

/**
 * Who that is here: somebody linked before, or the member of that verified address, who is linked from then on. Nobody is made:
 * belonging to a company is not belonging to an account; an owner invites.
 */
export async function personOf(context: Context, identity: UpstreamIdentity): Promise<Result<{ readonly userId: number }>> {
	const linked = await findIdentity(context.store, identity.issuer, identity.subject);
	if (linked !== null) return ok({ userId: linked });
	if (identity.email === null || !identity.emailVerified) return refuse({ tag: 'not_a_member' });
	const user = await userByEmail(context.store, identity.email.toLowerCase());
	if (user === null) return refuse({ tag: 'not_a_member' });
	await linkIdentity(context.store, { issuer: identity.issuer, subject: identity.subject, userId: user.id, createdAt: context.clock() });
	return ok({ userId: user.id });
}
