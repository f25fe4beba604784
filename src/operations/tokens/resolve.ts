import { sha256Hex } from '../../lib/crypto.ts';
import { MINUTE } from '../../lib/time.ts';
import { effectiveScopes, type Principal, type Role, type Scope, scopeSchema } from '../../model/principal.ts';
import { reasonOf } from '../../store/store.ts';
import { type BearerRow, touchGrant } from '../../store/tokens.ts';
import type { RefusedBearer } from '../audit/refused.ts';
import type { OperationContext } from '../context.ts';
import { findBearer } from './joined-lookup.ts';

export type TokenResolution =
	| { readonly ok: true; readonly principal: Principal }
	/** `unknown`, `expired`, `revoked`: 401. `gateway_disabled`, `not_a_member`: 403. */
	| { readonly ok: false; readonly reason: 'unknown' }
	| { readonly ok: false; readonly reason: 'expired' | 'revoked' | 'gateway_disabled' | 'not_a_member'; readonly of: RefusedBearer };

type ResolveContext = Pick<OperationContext, 'store' | 'clock' | 'log' | 'waitUntil'>;

/** `last_used_at` is no finer than this, so that a busy token does not write at every call. */
const TOUCH_INTERVAL = 5 * MINUTE;
/** Ours have 47 characters; what is far longer is not worth hashing. */
const LONGEST_BEARER = 512;

/** Who a bearer is, in one D1 statement sent after it came; the role is read each time, so demotion and revocation are immediate. */
export async function resolveToken(context: ResolveContext, bearer: string): Promise<TokenResolution> {
	if (bearer.length === 0 || bearer.length > LONGEST_BEARER) return { ok: false, reason: 'unknown' };
	const row = await findBearer(context, await sha256Hex(bearer));
	if (row === null) return { ok: false, reason: 'unknown' };
	const now = context.clock();
	const of = { accountId: row.account_id, userId: row.user_id, grantId: row.grant_id };
	if (row.grant_revoked_at !== null) return { ok: false, reason: 'revoked', of };
	if (past(row.token_expires_at, now) || past(row.grant_expires_at, now)) return { ok: false, reason: 'expired', of };
	if (row.role === null) return { ok: false, reason: 'not_a_member', of };
	if (row.gateway_enabled === 0) return { ok: false, reason: 'gateway_disabled', of };
	noteUse(context, row, now);
	return { ok: true, principal: principalOf(row, row.role) };
}

function principalOf(row: BearerRow, role: Role): Principal {
	const readOnly = row.grant_read_only === 1;
	const granted = effectiveScopes(role, scopesOf(row.grant_scopes), readOnly);
	return {
		account: { id: row.account_id, slug: row.account_slug, name: row.account_name, toolsRevision: row.tools_revision },
		user: { id: row.user_id, email: row.user_email },
		role,
		grant: { id: row.grant_id, name: row.grant_name, kind: row.grant_kind },
		scopes: row.token_scopes === null ? granted : granted.intersection(effectiveScopes(role, scopesOf(row.token_scopes), readOnly)),
		tools: row.grant_tools === null ? null : new Set(JSON.parse(row.grant_tools) as string[]),
		readOnly,
	};
}

function noteUse({ store, log, waitUntil }: ResolveContext, { grant_id, grant_last_used_at }: BearerRow, now: number): void {
	if (grant_last_used_at !== null && grant_last_used_at > now - TOUCH_INTERVAL) return;
	const touched = touchGrant(store, grant_id, now, now - TOUCH_INTERVAL + 1);
	waitUntil(touched.catch((error: unknown) => log.warn('the last use of a grant was not noted', { grant: grant_id, error: reasonOf(error) })));
}

function past(moment: number | null, now: number): boolean {
	return moment !== null && moment <= now;
}

/** Scopes as they are stored, separated by spaces; words that are no scope of ours grant nothing. */
export function scopesOf(text: string): Scope[] {
	return text.split(' ').filter((word): word is Scope => scopeSchema.safeParse(word).success);
}
