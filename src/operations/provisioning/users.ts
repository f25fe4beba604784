import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import { type Role, roleSchema } from '../../model/principal.ts';
import { upsertMember } from '../../store/users.ts';
import type { OperationContext } from '../context.ts';
import { requireAccountNamed } from './accounts.ts';
import { hashPassword } from './password.ts';

export interface CreateUserInput {
	readonly email: string;
	/** Slug or number. */
	readonly account: string;
	readonly role: Role;
	/** 8 to 1,024 characters (NIST SP 800-63B §5.1.1); without one the user cannot sign in by password. */
	readonly password?: string | undefined;
}

const emailSchema = z.email().max(254);

/** A user (or the existing one of that address) as member of an account; a second time it sets the role, and the password where one is given. */
export async function createUser(
	context: Pick<OperationContext, 'store' | 'clock'>,
	input: CreateUserInput,
): Promise<{ user: { id: number; email: string }; role: Role; created: boolean }> {
	const email = checkedEmail(input.email);
	const role = roleSchema.safeParse(input.role);
	if (!role.success) throw new AppError('invalid_input', `role is ${JSON.stringify(input.role)}`, { hint: `A role is ${roleSchema.options.join(', ')}.` });
	const account = await requireAccountNamed(context, input.account);
	const passwordHash = input.password === undefined ? null : await hashPassword(checkedPassword(input.password));
	const { id, created } = await upsertMember(context.store, { accountId: account.id, email, role: role.data, passwordHash, now: context.clock() });
	return { user: { id, email }, role: role.data, created };
}

/** In lower case, as addresses are kept. */
export function checkedEmail(given: string): string {
	const email = given.trim().toLowerCase();
	if (emailSchema.safeParse(email).success) return email;
	throw new AppError('invalid_input', `${JSON.stringify(given.slice(0, 80))} is not an e-mail address`, { hint: 'Give one like person@example.com.' });
}

export function checkedPassword(password: string): string {
	if (password.length >= 8 && password.length <= 1024) return password;
	throw new AppError('invalid_input', `the password has ${password.length} characters`, { hint: 'A password has 8 to 1,024 characters.' });
}
