import { AppError } from '../../lib/errors.ts';
import type { Role } from '../../model/principal.ts';
import { changeRole, listMembers, type MemberItem as MemberRow, removeMember, setGatewayEnabled } from '../../store/members.ts';
import type { OperationContext } from '../context.ts';
import { type MemberSession, requireOwner } from './member-session.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

export type MemberItem = MemberRow;

export function members(context: Context, member: MemberSession): Promise<MemberItem[]> {
	return listMembers(context.store, member.account.id);
}

export async function setRole(context: Context, member: MemberSession, userId: number, role: Role): Promise<void> {
	requireOwner(member);
	if (!(await changeRole(context.store, member.account.id, userId, role))) throw lastOwner(member);
}

/** Ends membership; their tokens for this account stop working with it, for every call looks membership up. */
export async function endMembership(context: Context, member: MemberSession, userId: number): Promise<void> {
	if (member.userId !== userId) requireOwner(member);
	if (!(await removeMember(context.store, member.account.id, userId))) throw lastOwner(member);
}

/** Switches the account's gateway on or off; off answers every call, and discovery, with a 403 that says so. */
export async function switchGateway(context: Context, member: MemberSession, enabled: boolean): Promise<void> {
	requireOwner(member);
	await setGatewayEnabled(context.store, member.account.id, enabled, context.clock());
}

function lastOwner(member: MemberSession): AppError {
	return new AppError('conflict', `${member.account.slug} would be left without an owner, or that person is no member`, {
		hint: 'Make somebody else an owner first.',
	});
}
