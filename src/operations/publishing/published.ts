import { packageRights } from '../../model/package-right.ts';
import { effectiveScopes, type Principal, type Role } from '../../model/principal.ts';
import { publishedToolsOf } from '../../store/published-tools.ts';
import type { OperationContext } from '../context.ts';
import { MOST_PUBLISHED, type Publication, publicationOf } from './publication.ts';

/** A published tool as one principal stands to it. */
export interface PublishedFor extends Publication {
	/** Whether its package's permissions let this principal run it; it may be read in any case. */
	readonly runnable: boolean;
}

/** Published tools that a member may run, for whoever chooses what a connection of theirs may call. */
export async function publishedToMember(
	{ store }: Pick<OperationContext, 'store'>,
	{ accountId, userId, role }: { readonly accountId: number; readonly userId: number; readonly role: Role },
): Promise<{ name: string; title: string }[]> {
	const scopes = effectiveScopes(role, ['run'], false);
	if (!scopes.has('run')) return [];
	const rows = await publishedToolsOf(store, accountId, userId, MOST_PUBLISHED);
	return rows.flatMap(({ permission, ...row }) => {
		const { tool: name, title } = publicationOf(row);
		return packageRights({ role, scopes }, permission).includes('execute') ? [{ name, title }] : [];
	});
}

/** The published tools whose packages this principal may read, by name. Asks nothing where the account never had any. */
export async function publishedTools({ store }: Pick<OperationContext, 'store'>, principal: Principal): Promise<PublishedFor[]> {
	if (principal.account.toolsRevision === 0) return [];
	const rows = await publishedToolsOf(store, principal.account.id, principal.user.id, MOST_PUBLISHED);
	return rows.flatMap(({ permission, ...row }) => {
		const rights = packageRights(principal, permission);
		return rights.includes('read') ? [{ ...publicationOf(row), runnable: rights.includes('execute') }] : [];
	});
}
