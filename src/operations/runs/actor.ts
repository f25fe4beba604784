import { AppError } from '../../lib/errors.ts';
import { effectiveScopes, type Principal, scopeSchema } from '../../model/principal.ts';
import { type ActorRow, actorRow } from '../../store/actors.ts';
import type { OperationContext } from '../context.ts';

export interface Actor {
	readonly accountId: number;
	readonly userId: number;
	/** The grant through which the work was begun; null where there was none. */
	readonly grantId: number | null;
}

/**
 * Whoever a run works for, with the rights of this moment: what the member's role and the grant allow now. A grant that was revoked
 * starts nothing more; one that merely ran out does, for what it began in time.
 */
export async function actorOf({ store }: Pick<OperationContext, 'store'>, { accountId, userId, grantId }: Actor): Promise<Principal> {
	const row = await actorRow(store, accountId, userId, grantId);
	if (row === null) throw refused('whoever started this run is no member of the account any more');
	if (row.gateway_enabled === 0) throw refused('the gateway was switched off for this account');
	if (grantId !== null && row.grant_id === null) throw refused('the access through which this run was started is gone');
	if (row.grant_revoked_at !== null) throw refused('the access through which this run was started was revoked');
	return {
		account: { id: row.account_id, slug: row.account_slug, name: row.account_name, toolsRevision: row.tools_revision },
		user: { id: row.user_id, email: row.user_email },
		role: row.role,
		grant: { id: row.grant_id ?? 0, name: row.grant_name ?? '', kind: row.grant_kind ?? 'client' },
		scopes: effectiveScopes(row.role, scopesOf(row), row.grant_read_only === 1),
		tools: null,
		readOnly: row.grant_read_only === 1,
	};
}

function scopesOf({ grant_scopes }: ActorRow) {
	if (grant_scopes === null) return ['run' as const];
	return grant_scopes.split(' ').flatMap((text) => {
		const scope = scopeSchema.safeParse(text);
		return scope.success ? [scope.data] : [];
	});
}

function refused(message: string): AppError {
	return new AppError('forbidden', message, { hint: 'Somebody with the right to run the package starts it again.' });
}
