import { toWire } from '../../auth/errors.ts';
import { AppError } from '../../lib/errors.ts';
import { deleteOtherSessions } from '../../store/sessions.ts';
import { setPasswordHash, userByEmail } from '../../store/users.ts';
import type { OperationContext } from '../context.ts';
import { hashPassword } from '../provisioning/password.ts';
import { checkedPassword } from '../provisioning/users.ts';
import { checkPassword } from './password-sign-in.ts';
import type { Session } from './sessions.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

export async function hasPassword(context: Context, email: string): Promise<boolean> {
	return (await userByEmail(context.store, email))?.passwordHash != null;
}

/**
 * Sets a new password and signs the person out everywhere else. The present one is asked for where there is one, so that an
 * unattended browser is not enough. Gives what is wrong, or null when it was done.
 */
export async function changePassword(
	context: Context,
	session: Session,
	passwords: { readonly current: string; readonly next: string },
	network: string,
): Promise<string | null> {
	if (await hasPassword(context, session.email)) {
		const checked = await checkPassword(context.store, session.email, passwords.current, network, context.clock());
		if (!checked.ok) return checked.reason.tag === 'invalid_sign_in' ? 'The current password is not right.' : toWire(checked.reason).description;
	}
	try {
		await setPasswordHash(context.store, session.userId, await hashPassword(checkedPassword(passwords.next)), context.clock());
	} catch (error) {
		if (error instanceof AppError) return `${error.message}. ${error.hint}`;
		throw error;
	}
	await deleteOtherSessions(context.store, session.userId, session.hash);
	return null;
}
