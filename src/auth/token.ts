import { randomToken, sha256Hex } from '../lib/crypto.ts';
import { DAY, HOUR } from '../lib/time.ts';
import { effectiveScopes, type Scope } from '../model/principal.ts';
import type { Client } from './client.ts';
import { clientKey } from './client-metadata.ts';
import { verifierMatches } from './pkce.ts';
import type { AuthPort, CodeRecord, TokenPair } from './port.ts';
import { parseResource } from './resource.ts';
import { ok, type Result, refuse } from './result.ts';
import { ALL_SCOPES, formatScopes, parseScopes } from './scopes.ts';

/** Prefixes that a secret scanner can match; personal tokens have `mcp_`. */
const ACCESS_PREFIX = 'hga_';
const REFRESH_PREFIX = 'hgr_';

export interface TokenRules {
	readonly issuer: string;
	/** 1–24. */
	readonly accessTokenHours: number;
	/** How long a rotated refresh token still answers: clients retry when an answer was lost. */
	readonly refreshGraceSeconds: number;
	/** A refresh token unused this long ends. */
	readonly refreshIdleDays: number;
}

/** RFC 6749 §5.1. */
export interface TokenAnswer {
	readonly access_token: string;
	readonly token_type: 'Bearer';
	readonly expires_in: number;
	readonly scope: string;
	readonly refresh_token?: string;
}

/** grant_type=authorization_code: RFC 6749 §4.1.3 with PKCE (RFC 7636 §4.5) and resource (RFC 8707 §2.2). */
export async function exchangeCode(form: URLSearchParams, client: Client, port: AuthPort, rules: TokenRules, now: number): Promise<Result<TokenAnswer>> {
	const [code, verifier] = [form.get('code'), form.get('code_verifier')];
	if (!code) return refuse({ tag: 'missing_parameter', name: 'code' });
	if (!verifier) return refuse({ tag: 'missing_parameter', name: 'code_verifier' });
	const codeHash = await sha256Hex(code);
	const record = await port.findCode(codeHash);
	// One answer for unknown, foreign and expired: which it was helps only someone who guesses codes.
	if (record === null || record.clientId !== client.id) return refuse({ tag: 'invalid_code' });
	if (record.redeemedAt !== null) return replayed(port, codeHash, now);
	if (record.expiresAt <= now || !redirectAgrees(record, form.get('redirect_uri'))) return refuse({ tag: 'invalid_code' });
	if (!(await verifierMatches(verifier, record.challenge))) return refuse({ tag: 'verifier_mismatch' });
	const resource = resourceAgrees(form, record.resourceSlug, rules.issuer);
	if (!resource.ok) return resource;
	if ((await port.findMember(record.accountId, record.userId)) === null) return refuse({ tag: 'invalid_code' });
	const issued = await pair(record.scopes, rules, now, record.grantExpiresAt);
	const grant = {
		accountId: record.accountId,
		userId: record.userId,
		clientId: client.id,
		clientKey: clientKey(client),
		name: client.name,
		scopes: record.scopes,
		expiresAt: record.grantExpiresAt,
		resourceSlug: record.resourceSlug,
	};
	const won = await port.redeemCode(codeHash, grant, issued.tokens, now);
	return won ? ok(issued.answer) : replayed(port, codeHash, now);
}

/** grant_type=refresh_token: rotation, a grace window, and the end of the grant on later reuse (OAuth 2.1 §4.3.1). */
export async function refresh(form: URLSearchParams, client: Client, port: AuthPort, rules: TokenRules, now: number): Promise<Result<TokenAnswer>> {
	const token = form.get('refresh_token');
	if (!token) return refuse({ tag: 'missing_parameter', name: 'refresh_token' });
	const hash = await sha256Hex(token);
	const record = await port.findRefreshToken(hash);
	if (record === null || record.clientId !== client.id || !record.grantLive || record.expiresAt <= now) return refuse({ tag: 'invalid_refresh_token' });
	const graceBegan = now - rules.refreshGraceSeconds * 1000;
	if (record.rotatedAt !== null && record.rotatedAt < graceBegan) {
		await port.revokeGrant(record.grantId, 'A refresh token was used again long after it had been replaced, so it may have been stolen.', now);
		return refuse({ tag: 'invalid_refresh_token' });
	}
	const resource = resourceAgrees(form, record.resourceSlug, rules.issuer);
	if (!resource.ok) return resource;
	const member = await port.findMember(record.accountId, record.userId);
	if (member === null) return refuse({ tag: 'invalid_refresh_token' });
	const asked = parseScopes(form.get('scope'));
	const held = effectiveScopes(member.role, record.scopes, false);
	// RFC 6749 §6: never more than was granted; asking for nothing that is known means all of it.
	const scopes = asked.length === 0 ? record.scopes : ALL_SCOPES.filter((scope) => asked.includes(scope) && held.has(scope));
	if (scopes.length === 0) return refuse({ tag: 'no_scope_left' });
	const issued = await pair(scopes, rules, now, record.grantExpiresAt);
	const rotated = await port.rotateRefreshToken(hash, issued.tokens, now, graceBegan);
	return rotated ? ok(issued.answer) : refuse({ tag: 'invalid_refresh_token' });
}

/** grant_type=client_credentials: a confidential, pre-registered client acting for itself (RFC 6749 §4.4); no refresh token (§4.4.3). */
export async function clientCredentials(form: URLSearchParams, client: Client, port: AuthPort, rules: TokenRules, now: number): Promise<Result<TokenAnswer>> {
	if (client.kind !== 'static' || client.authMethod === 'none' || !client.grantTypes.includes('client_credentials') || client.scopes === null) {
		return refuse({ tag: 'grant_type_not_registered', given: 'client_credentials' });
	}
	const resource = parseResource(form.getAll('resource'), rules.issuer);
	if (!resource.ok) return resource;
	const asked = parseScopes(form.get('scope'));
	const held = effectiveScopes('owner', client.scopes, false);
	const scopes = asked.length === 0 ? client.scopes : ALL_SCOPES.filter((scope) => asked.includes(scope) && held.has(scope));
	if (scopes.length === 0) return refuse({ tag: 'no_scope_left' });
	const seconds = rules.accessTokenHours * (HOUR / 1000);
	const token = ACCESS_PREFIX + randomToken();
	const stored = await port.issueToClient(client.id, { hash: await sha256Hex(token), expiresAt: now + seconds * 1000, scopes }, now);
	if (!stored) return refuse({ tag: 'client_authentication_failed' });
	return ok({ access_token: token, token_type: 'Bearer', expires_in: seconds, scope: formatScopes(scopes) });
}

/** RFC 7009: ends the whole grant, whichever of its tokens was given; a token of another client or of nobody is answered the same. */
export async function revoke(form: URLSearchParams, client: Client, port: AuthPort, now: number): Promise<Result<null>> {
	const token = form.get('token');
	if (!token) return refuse({ tag: 'missing_parameter', name: 'token' });
	const owner = await port.findTokenOwner(await sha256Hex(token));
	if (owner !== null && owner.clientId === client.id) await port.revokeGrant(owner.grantId, 'The client gave its access back.', now);
	return ok(null);
}

async function replayed(port: AuthPort, codeHash: string, now: number): Promise<Result<never>> {
	await port.revokeGrantOfCode(codeHash, 'The authorization code was used twice, so it may have been stolen.', now);
	return refuse({ tag: 'invalid_code' });
}

function redirectAgrees(record: CodeRecord, given: string | null): boolean {
	return given === null || given === '' ? !record.redirectUriGiven : given === record.redirectUri;
}

/** A request that names a resource must name the one the grant is for; naming none keeps it. */
function resourceAgrees(form: URLSearchParams, slug: string | null, issuer: string): Result<null> {
	const resource = parseResource(form.getAll('resource'), issuer);
	if (!resource.ok) return resource;
	const given = form.get('resource') ?? '';
	return resource.value.kind === 'account' && resource.value.slug !== slug ? refuse({ tag: 'unknown_resource', given }) : ok(null);
}

async function pair(
	scopes: readonly Scope[],
	rules: TokenRules,
	now: number,
	grantEnds: number | null,
): Promise<{ readonly answer: TokenAnswer; readonly tokens: TokenPair }> {
	const [access, next] = [ACCESS_PREFIX + randomToken(), REFRESH_PREFIX + randomToken()];
	const end = grantEnds ?? Number.MAX_SAFE_INTEGER;
	const accessEnds = Math.min(now + rules.accessTokenHours * HOUR, end);
	const [accessHash, refreshHash] = await Promise.all([sha256Hex(access), sha256Hex(next)]);
	return {
		answer: {
			access_token: access,
			token_type: 'Bearer',
			expires_in: Math.max(0, Math.floor((accessEnds - now) / 1000)),
			scope: formatScopes(scopes),
			refresh_token: next,
		},
		tokens: {
			access: { hash: accessHash, expiresAt: accessEnds, scopes },
			refresh: { hash: refreshHash, expiresAt: Math.min(now + rules.refreshIdleDays * DAY, end), scopes },
		},
	};
}
