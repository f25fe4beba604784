import { AppError } from '../../lib/errors.ts';
import type { Role } from '../../model/principal.ts';

/** Somebody signed in at the dashboard, in one of their accounts. */
export interface MemberSession {
	readonly account: { readonly id: number; readonly slug: string; readonly name: string };
	readonly userId: number;
	readonly email: string;
	readonly role: Role;
}

export function requireOwner(member: MemberSession): void {
	if (member.role !== 'owner')
		throw new AppError('forbidden', `${member.email} is ${member.role} of ${member.account.slug}`, {
			hint: 'Only an owner of the account can do this; ask one.',
		});
}

/** A name that a person gives to a connection or a client. */
export function checkedName(name: string): string {
	const trimmed = name.trim();
	if (trimmed.length >= 1 && trimmed.length <= 100) return trimmed;
	throw new AppError('invalid_input', `the name has ${trimmed.length} characters`, {
		hint: 'A name has 1 to 100 characters, e.g. "Claude Desktop on MacBook".',
	});
}
