import { AppError } from '../../lib/errors.ts';
import { effectiveScopes, NO_GRANT, type Principal, type Scope } from '../../model/principal.ts';
import { memberOf } from '../../store/members.ts';
import type { OperationContext } from '../context.ts';

/**
 * A member for whom the gateway acts by itself: a schedule's fire, a run that another run starts. Read each time, so that who was
 * removed or demoted acts no more: `forbidden` then, with the reason.
 */
export async function memberPrincipal(
	context: Pick<OperationContext, 'store'>,
	accountId: number,
	userId: number,
	scopes: readonly Scope[],
): Promise<Principal> {
	const member = await memberOf(context.store, accountId, userId);
	if (member === null)
		throw new AppError('forbidden', 'its owner is no longer a member of this account', { hint: 'Another member takes it over by enabling or changing it.' });
	const { account, email, role, gatewayEnabled } = member;
	if (!gatewayEnabled) throw new AppError('forbidden', 'the gateway is switched off for this account', { hint: 'An owner of the account can switch it on.' });
	const may = effectiveScopes(role, scopes, false);
	if (!scopes.every((scope) => may.has(scope))) {
		throw new AppError('forbidden', `its owner ${email} is a ${role} of this account and may not ${scopes.join(' and ')}`, {
			hint: 'Another member takes it over by enabling or changing it; or an owner of the account changes the role.',
		});
	}
	return {
		account,
		user: { id: userId, email },
		role,
		grant: { id: NO_GRANT, name: 'the gateway itself', kind: 'none' },
		scopes: may,
		tools: null,
		readOnly: false,
	};
}
