import { ok, type Result, refuse } from '../../auth/result.ts';
import { INVITE_DAYS, LIMITS, RESET_HOURS } from '../../auth/session.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { DAY, HOUR } from '../../lib/time.ts';
import type { Role } from '../../model/principal.ts';
import { addMember, joinAsNewcomer, resetPassword } from '../../store/joining.ts';
import { listMembers } from '../../store/members.ts';
import { claimLink, deleteLink, findLink, insertLink, type LinkRow, openInvitations } from '../../store/one-time-links.ts';
import { deleteOtherSessions } from '../../store/sessions.ts';
import { isClaimed, memberByEmail, userByEmail } from '../../store/users.ts';
import type { OperationContext } from '../context.ts';
import { hashPassword } from '../provisioning/password.ts';
import { checkedEmail, checkedPassword } from '../provisioning/users.ts';
import { attempt } from './attempts.ts';
import { type MemberSession, requireOwner } from './member-session.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

export type Invitation = Pick<LinkRow, 'hash' | 'email' | 'role' | 'expiresAt'>;

export function invitations(context: Context, member: MemberSession): Promise<Invitation[]> {
	return openInvitations(context.store, member.account.id, context.clock());
}

/** The secret part of a link by which somebody joins the account, within seven days and once. Owners only. */
export async function invite(context: Context, member: MemberSession, email: string, role: Role): Promise<string> {
	requireOwner(member);
	const address = checkedEmail(email);
	if ((await memberByEmail(context.store, member.account.id, address)) !== null) {
		throw new AppError('conflict', `${address} is a member of ${member.account.slug} already`, { hint: 'Change the role in the list of members.' });
	}
	return newLink(context, member, 'invite', address, role, INVITE_DAYS * DAY);
}

/** The secret part of a link that lets a member choose a new password, within a day and once. Owners only. */
export async function passwordReset(context: Context, member: MemberSession, userId: number): Promise<string> {
	requireOwner(member);
	const target = (await listMembers(context.store, member.account.id)).find((item) => item.userId === userId);
	if (target === undefined) throw new AppError('not_found', `user ${userId} is no member of ${member.account.slug}`, { hint: 'Reload the list of members.' });
	// A person of several accounts has one password: an owner of one must not be able to take the others over.
	if (target.otherAccounts > 0) {
		throw new AppError('forbidden', `${target.email} also belongs to other accounts`, {
			hint: 'Their password can be reset only by the administrator of this deployment: headgate user create EMAIL --password-stdin.',
		});
	}
	return newLink(context, member, 'reset', target.email, null, RESET_HOURS * HOUR);
}

export async function withdrawInvitation(context: Context, member: MemberSession, hash: string): Promise<void> {
	requireOwner(member);
	await deleteLink(context.store, member.account.id, hash);
}

export type OpenLink = NonNullable<Awaited<ReturnType<typeof findLink>>> & {
	/** The invited person has a sign-in here and must use it: whoever holds the link must not choose a password for them. */
	readonly signInFirst: boolean;
};

/** What a link is for, or why not; each look is counted, so that links cannot be guessed. */
export async function openLink(context: Context, secret: string, network: string): Promise<Result<OpenLink>> {
	const counted = await attempt(context.store, LIMITS.link, network, context.clock());
	if (!counted.ok) return counted;
	const found = await findLink(context.store, await sha256Hex(secret), context.clock());
	if (found === null) return refuse({ tag: 'access_denied' });
	const user = found.link.kind === 'invite' ? await userByEmail(context.store, found.link.email) : null;
	return ok({ ...found, signInFirst: user !== null && (await isClaimed(context.store, user.id)) });
}

/** Uses a link up: the chosen password is set, a new person is a member. Every session there was ends. Gives whose link it was. */
export async function useLink(context: Context, secret: string, password: string): Promise<Result<{ readonly userId: number; readonly slug: string }>> {
	const now = context.clock();
	const hash = await sha256Hex(secret);
	const found = await findLink(context.store, hash, now);
	if (found === null) return refuse({ tag: 'access_denied' });
	const { link, account } = found;
	const passwordHash = await hashPassword(checkedPassword(password));
	if (!(await claimLink(context.store, hash, now))) return refuse({ tag: 'access_denied' });
	const about = { accountId: account.id, email: link.email, passwordHash, now };
	const userId = link.role === null ? await resetPassword(context.store, about) : await joinAsNewcomer(context.store, { ...about, role: link.role });
	if (userId === null) return refuse({ tag: 'access_denied' });
	await deleteOtherSessions(context.store, userId, null);
	return ok({ userId, slug: account.slug });
}

/** Somebody who is signed in takes an invitation that names their address. */
export async function acceptInvitation(
	context: Context,
	secret: string,
	person: { readonly userId: number; readonly email: string },
): Promise<Result<{ readonly slug: string }>> {
	const now = context.clock();
	const hash = await sha256Hex(secret);
	const found = await findLink(context.store, hash, now);
	if (found === null || found.link.role === null || found.link.email !== person.email) return refuse({ tag: 'access_denied' });
	if (!(await claimLink(context.store, hash, now))) return refuse({ tag: 'access_denied' });
	await addMember(context.store, { accountId: found.account.id, userId: person.userId, role: found.link.role, now });
	return ok({ slug: found.account.slug });
}

async function newLink(context: Context, member: MemberSession, kind: LinkRow['kind'], email: string, role: Role | null, lifeMs: number): Promise<string> {
	const secret = randomToken();
	const now = context.clock();
	await insertLink(context.store, {
		hash: await sha256Hex(secret),
		kind,
		accountId: member.account.id,
		email,
		role,
		createdBy: member.userId,
		createdAt: now,
		expiresAt: now + lifeMs,
	});
	return secret;
}
