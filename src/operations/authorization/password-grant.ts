import { ok, type Result, refuse } from '../../auth/result.ts';
import { formatScopes, offeredScopes, parseScopes } from '../../auth/scopes.ts';
import { LIMITS } from '../../auth/session.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { HOUR } from '../../lib/time.ts';
import { memberships } from '../../store/members.ts';
import { findTotp } from '../../store/second-factor.ts';
import type { Store } from '../../store/store.ts';
import { insertPasswordGrant } from '../../store/tokens.ts';
import { attempt } from './attempts.ts';
import { checkPassword } from './password-sign-in.ts';

const LIFE_MS = 2 * HOUR;

/** RFC 6749 §4.3 as its remaining users know it: no client, no refresh token, `created_at` in the answer. */
export interface PasswordGrantAnswer {
	readonly access_token: string;
	readonly token_type: 'Bearer';
	readonly expires_in: number;
	readonly created_at: number;
	readonly scope: string;
}

/**
 * The legacy password grant. Off unless the deployment turns it on (OAuth 2.1 has dropped it): a password typed into a script
 * is worth every right its owner has. It refuses people with a second factor, whom it would let in with half of their proof.
 */
export async function passwordGrant(store: Store, form: URLSearchParams, network: string, now: number): Promise<Result<PasswordGrantAnswer>> {
	const email = form.get('email') ?? form.get('username');
	const password = form.get('password');
	if (!email) return refuse({ tag: 'missing_parameter', name: 'email' });
	if (!password) return refuse({ tag: 'missing_parameter', name: 'password' });
	const counted = await attempt(store, LIMITS.passwordGrant, email, now);
	if (!counted.ok) return counted;
	const checked = await checkPassword(store, email, password, network, now);
	if (!checked.ok) return checked;
	const { userId } = checked.value;
	if ((await findTotp(store, userId))?.confirmedAt != null) return refuse({ tag: 'second_factor_needed' });
	const all = await memberships(store, userId);
	const wanted = form.get('account');
	if (wanted === null && all.length > 1) return refuse({ tag: 'missing_parameter', name: 'account' });
	const account = wanted === null ? all[0] : all.find(({ slug, id }) => slug === wanted || String(id) === wanted);
	if (account === undefined) return refuse({ tag: 'not_a_member' });
	if (!account.gatewayEnabled) return refuse({ tag: 'gateway_off' });
	const scope = formatScopes(offeredScopes(parseScopes(form.get('scope')), account.role, null));
	if (scope === '') return refuse({ tag: 'no_scope_left' });
	const token = `hga_${randomToken()}`;
	await insertPasswordGrant(store, { hash: await sha256Hex(token), accountId: account.id, userId, scopes: scope, expiresAt: now + LIFE_MS, now });
	return ok({ access_token: token, token_type: 'Bearer', expires_in: LIFE_MS / 1000, created_at: Math.floor(now / 1000), scope });
}
