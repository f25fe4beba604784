import { ok, type Result, refuse } from '../../auth/result.ts';
import { LIMITS } from '../../auth/session.ts';
import { acceptedTotpStep, newTotpSecret, totpUri } from '../../auth/totp.ts';
import { sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { confirmTotp, findTotp, offerTotp, removeTotp, useRecoveryCode, useTotpStep } from '../../store/second-factor.ts';
import type { OperationContext } from '../context.ts';
import { proven } from './attempts.ts';

type Context = Pick<OperationContext, 'store' | 'clock' | 'sealer'>;

const RECOVERY_CODES = 10;

/** Whether the person's second factor is on. */
export async function secondFactorOn(context: Context, userId: number): Promise<boolean> {
	return (await findTotp(context.store, userId))?.confirmedAt != null;
}

/** A fresh secret to scan. It asks for nothing until a code confirmed it, and a confirmed one is never replaced. */
export async function offerSecondFactor(
	context: Context,
	person: { readonly userId: number; readonly email: string },
): Promise<{ readonly secret: string; readonly uri: string }> {
	const secret = newTotpSecret();
	const sealed = await context.sealer.seal({ kind: 'second_factor', userId: person.userId }, secret);
	if (!(await offerTotp(context.store, person.userId, sealed))) {
		throw new AppError('conflict', 'the second factor is on already', { hint: 'Turn it off first to set up another authenticator.' });
	}
	return { secret, uri: totpUri(secret, person.email, 'Headgate') };
}

/** Turns the offered factor on once a code of it was given. The recovery codes are in this answer and nowhere else. */
export async function confirmSecondFactor(context: Context, userId: number, code: string): Promise<Result<readonly string[]>> {
	const accepted = await acceptCode(context, userId, code);
	if (!accepted.ok) return accepted;
	const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
	await confirmTotp(context.store, userId, await Promise.all(codes.map(sha256Hex)), context.clock());
	return ok(codes);
}

/** A code of the authenticator, or one of the recovery codes; either works once. */
export async function checkSecondFactor(context: Context, userId: number, code: string): Promise<Result<null>> {
	const trimmed = code.replaceAll(/[\s-]/g, '').toLowerCase();
	if (/^\d{6}$/.test(trimmed)) return acceptCode(context, userId, trimmed);
	return guarded(context, userId, async () => useRecoveryCode(context.store, userId, await sha256Hex(trimmed), context.clock()));
}

/** Off again; a code is asked for, so that an unattended browser is not enough. */
export async function disableSecondFactor(context: Context, userId: number, code: string): Promise<Result<null>> {
	const checked = await checkSecondFactor(context, userId, code);
	if (checked.ok) await removeTotp(context.store, userId, context.clock());
	return checked;
}

function acceptCode(context: Context, userId: number, code: string): Promise<Result<null>> {
	return guarded(context, userId, async () => {
		const totp = await findTotp(context.store, userId);
		if (totp === null || totp.sealed === null) return false;
		const secret = await context.sealer.open({ kind: 'second_factor', userId }, totp.sealed);
		const step = await acceptedTotpStep(secret.reveal(), code, context.clock(), totp.lastStep);
		return step !== null && useTotpStep(context.store, userId, step);
	});
}

/** Six digits would be guessed in no time: failures are counted for the person, whichever network they come from. */
function guarded(context: Context, userId: number, holds: () => Promise<boolean>): Promise<Result<null>> {
	return proven(context.store, [[LIMITS.secondFactor, String(userId)]], context.clock(), async () =>
		(await holds()) ? ok(null) : refuse({ tag: 'invalid_sign_in' }),
	);
}

/** 50 random bits in an alphabet without look-alikes. */
function recoveryCode(): string {
	const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789x';
	return Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => alphabet[byte & 31]).join('');
}
