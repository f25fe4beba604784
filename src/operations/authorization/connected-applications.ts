import type { Client } from '../../auth/client.ts';
import { redirectTarget } from '../../auth/redirect-uri.ts';
import { AppError } from '../../lib/errors.ts';
import { DAY } from '../../lib/time.ts';
import { endGrant, listGrants, renameGrant } from '../../store/grants.ts';
import type { OperationContext } from '../context.ts';
import { checkedName, type MemberSession } from './member-session.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

/** How long an ended connection stays in the list, so that its owner can read why it ended. */
const SHOW_ENDED_DAYS = 7;

/** One row of Connected Applications: an OAuth client, a personal token or an automation client. */
export interface ConnectedApplication {
	readonly id: number;
	readonly name: string;
	readonly kind: 'oauth' | 'pat' | 'client';
	readonly scopes: readonly string[];
	readonly readOnly: boolean;
	readonly tools: readonly string[] | null;
	readonly owner: string;
	/** Where from: the metadata URL of a client, or where it is sent back to; null for a token. */
	readonly from: string | null;
	readonly createdAt: number;
	readonly lastUsedAt: number | null;
	readonly expiresAt: number | null;
	readonly ended: { readonly at: number; readonly reason: string } | null;
}

/** Owners see everybody's, others their own. */
export async function listConnectedApplications(context: Context, member: MemberSession): Promise<ConnectedApplication[]> {
	const now = context.clock();
	const rows = await listGrants(context.store, member.account.id, scopeOf(member), now - SHOW_ENDED_DAYS * DAY);
	return rows.map(({ grant, email, client }) => ({
		id: grant.id,
		name: grant.name,
		kind: grant.kind,
		scopes: grant.scopes.split(' ').filter((scope) => scope !== ''),
		readOnly: grant.readOnly,
		tools: grant.tools,
		owner: email,
		from: whereFrom(grant.kind, grant.clientId, client),
		createdAt: grant.createdAt,
		lastUsedAt: grant.lastUsedAt,
		expiresAt: grant.expiresAt,
		ended: ending(grant, now),
	}));
}

function whereFrom(
	kind: ConnectedApplication['kind'],
	clientId: string | null,
	client: { readonly kind: Client['kind']; readonly redirectUris: readonly string[] } | null,
): string | null {
	if (kind === 'client') return 'signs in as itself';
	if (client === null) return null;
	return client.kind === 'document' ? clientId : [...new Set(client.redirectUris.map(redirectTarget))].join(', ');
}

function ending(grant: { readonly revokedAt: number | null; readonly revokeReason: string | null; readonly expiresAt: number | null }, now: number) {
	if (grant.revokedAt !== null) return { at: grant.revokedAt, reason: grant.revokeReason ?? 'Revoked.' };
	return grant.expiresAt !== null && grant.expiresAt <= now ? { at: grant.expiresAt, reason: 'It ran out.' } : null;
}

/** Immediate everywhere: every call looks its grant up. Revoking what has ended already is no error. */
export async function revokeApplication(context: Context, member: MemberSession, id: number): Promise<void> {
	await endGrant(context.store, member.account.id, scopeOf(member), id, `Revoked by ${member.email}.`, context.clock());
}

export async function renameApplication(context: Context, member: MemberSession, id: number, name: string): Promise<void> {
	const renamed = await renameGrant(context.store, member.account.id, scopeOf(member), id, checkedName(name));
	if (!renamed)
		throw new AppError('not_found', `there is no live connection ${id} of yours in this account`, {
			hint: 'Reload the list; it may have been revoked meanwhile.',
		});
}

function scopeOf(member: MemberSession): number | null {
	return member.role === 'owner' ? null : member.userId;
}
