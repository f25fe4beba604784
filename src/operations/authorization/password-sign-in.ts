import { ok, type Result, refuse } from '../../auth/result.ts';
import { LIMITS } from '../../auth/session.ts';
import type { Store } from '../../store/store.ts';
import { userByEmail } from '../../store/users.ts';
import { DECOY_HASH, verifyPassword } from '../provisioning/password.ts';
import { proven } from './attempts.ts';

/**
 * Who an email and a password belong to. Failures are counted for the network and for the email, and an unknown email costs as
 * much time as a wrong password, so neither tells who has an account here.
 */
export function checkPassword(store: Store, email: string, password: string, network: string, now: number): Promise<Result<{ readonly userId: number }>> {
	const guards = [
		[LIMITS.signInByNetwork, network],
		[LIMITS.signInByEmail, email],
	] as const;
	return proven(store, guards, now, async () => {
		const user = await userByEmail(store, email);
		const matches = await verifyPassword(password, user?.passwordHash ?? DECOY_HASH);
		return user !== null && user.passwordHash !== null && matches ? ok({ userId: user.id }) : refuse({ tag: 'invalid_sign_in' });
	});
}
