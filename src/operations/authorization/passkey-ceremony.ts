import {
	type AuthenticationResponseJSON,
	generateAuthenticationOptions,
	generateRegistrationOptions,
	type RegistrationResponseJSON,
	verifyAuthenticationResponse,
	verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { ok, type Result, refuse } from '../../auth/result.ts';
import { CHALLENGE_MS, LIMITS } from '../../auth/session.ts';
import { takeAttempt } from '../../store/attempts.ts';
import { findPasskey, insertPasskey, listPasskeys, usePasskey } from '../../store/passkeys.ts';
import type { OperationContext } from '../context.ts';
import { proven } from './attempts.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

/** Where passkeys are bound to: the configured origin and its host, never the request's. */
export interface RelyingParty {
	readonly origin: string;
	readonly host: string;
}

/** Options for the browser to make a passkey with; the challenge in them must come back sealed. */
export async function passkeyCreation(context: Context, person: { readonly userId: number; readonly email: string }, party: RelyingParty) {
	const existing = await listPasskeys(context.store, person.userId);
	return generateRegistrationOptions({
		rpName: 'Headgate',
		rpID: party.host,
		userName: person.email,
		userID: new Uint8Array(new TextEncoder().encode(String(person.userId))),
		attestationType: 'none',
		excludeCredentials: existing.map(({ id }) => ({ id })),
		authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
	});
}

export async function addPasskey(
	context: Context,
	userId: number,
	party: RelyingParty,
	answer: { readonly challenge: string; readonly name: string; readonly response: RegistrationResponseJSON },
): Promise<Result<null>> {
	if (!(await claimChallenge(context, answer.challenge))) return refuse({ tag: 'invalid_sign_in' });
	const verified = await verifyRegistrationResponse({
		response: answer.response,
		expectedChallenge: answer.challenge,
		expectedOrigin: party.origin,
		expectedRPID: party.host,
		requireUserVerification: true,
	}).catch(() => null);
	if (verified === null || !verified.verified) return refuse({ tag: 'invalid_sign_in' });
	const { credential } = verified.registrationInfo;
	const inserted = await insertPasskey(context.store, {
		id: credential.id,
		userId,
		name: answer.name.trim().slice(0, 100) || 'Passkey',
		publicKey: credential.publicKey,
		counter: credential.counter,
		transports: answer.response.response.transports ?? [],
		createdAt: context.clock(),
		lastUsedAt: null,
	});
	return inserted ? ok(null) : refuse({ tag: 'invalid_sign_in' });
}

/** Options for signing in with whichever passkey the browser has for this host. */
export function passkeyRequest(party: RelyingParty) {
	return generateAuthenticationOptions({ rpID: party.host, userVerification: 'required' });
}

/** Whose passkey answered. User verification (a fingerprint, a PIN) is required, so a passkey is both factors at once. */
export async function checkPasskey(
	context: Context,
	party: RelyingParty,
	answer: { readonly challenge: string; readonly response: AuthenticationResponseJSON; readonly network: string },
): Promise<Result<{ readonly userId: number }>> {
	return proven(context.store, [[LIMITS.signInByNetwork, answer.network]], context.clock(), () => verify(context, party, answer));
}

async function verify(
	context: Context,
	party: RelyingParty,
	answer: { readonly challenge: string; readonly response: AuthenticationResponseJSON },
): Promise<Result<{ readonly userId: number }>> {
	if (!(await claimChallenge(context, answer.challenge))) return refuse({ tag: 'invalid_sign_in' });
	const found = await findPasskey(context.store, answer.response.id);
	if (found === null) return refuse({ tag: 'invalid_sign_in' });
	const { passkey, user } = found;
	const verified = await verifyAuthenticationResponse({
		response: answer.response,
		expectedChallenge: answer.challenge,
		expectedOrigin: party.origin,
		expectedRPID: party.host,
		credential: { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
		requireUserVerification: true,
	}).catch(() => null);
	if (verified === null || !verified.verified) return refuse({ tag: 'invalid_sign_in' });
	const fresh = await usePasskey(context.store, passkey.id, verified.authenticationInfo.newCounter, context.clock());
	return fresh ? ok({ userId: user.id }) : refuse({ tag: 'invalid_sign_in' });
}

/** A challenge is answered once: what was recorded on its way is worth nothing afterwards (WebAuthn §13.4.3). */
function claimChallenge(context: Context, challenge: string): Promise<boolean> {
	return takeAttempt(context.store, { key: `passkey_challenge:${challenge}`, slot: 0, oldest: 0, expiresAt: context.clock() + CHALLENGE_MS }, 1);
}
