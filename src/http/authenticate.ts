import type { Context } from 'hono';
import { resourceMetadataUrl } from '../auth/resource.ts';
import { DEFAULT_SCOPES, formatScopes, stepUpScopes } from '../auth/scopes.ts';
import { AppError } from '../lib/errors.ts';
import type { Principal, Scope } from '../model/principal.ts';
import { type RefusedBearer, type RequestRefusal, recordRefusedRequest } from '../operations/audit/refused.ts';
import { findAccount } from '../operations/provisioning/accounts.ts';
import { resolveToken, type TokenResolution } from '../operations/tokens/resolve.ts';
import type { AppEnv } from './bindings.ts';
import { publicOrigin } from './public-origin.ts';

/** What a client is told to ask for; admin only when a call needs it. */
const ASKED_SCOPES = formatScopes(DEFAULT_SCOPES);

const UNUSABLE: Readonly<Record<'unknown' | 'expired' | 'revoked', string>> = {
	unknown: 'The token is not known here.',
	expired: 'The token has expired.',
	revoked: 'The token was revoked.',
};

/**
 * Who is calling. 401 comes before anything is said about accounts; then 404 for an account that does not exist and 403 for one
 * that the token's user is no member of. Without an account in the path the token's own is meant.
 */
export async function authenticate(c: Context<AppEnv>, account: string | undefined): Promise<Principal> {
	const token = bearerToken(c, account);
	const resolved = await resolveToken(c.get('operations'), token);
	if (!resolved.ok) {
		if (resolved.reason !== 'unknown')
			recordRefused(c, resolved.of, resolved.reason, resolved.reason === 'expired' || resolved.reason === 'revoked' ? 401 : 403);
		throw refusal(c, account, resolved.reason);
	}
	const { principal } = resolved;
	if (account !== undefined && account !== principal.account.slug && account !== String(principal.account.id))
		throw await foreign(c, account, bearerOf(principal));
	c.set('principal', principal);
	return principal;
}

/** Throws 403 with the scopes to ask for when the principal lacks one: the union, because clients ask again with what they are told and lose the rest. */
export function demandScope(c: Context<AppEnv>, principal: Principal, scope: Scope): void {
	if (principal.scopes.has(scope)) return;
	c.header(
		'WWW-Authenticate',
		`Bearer error="insufficient_scope", scope="${stepUpScopes(principal.scopes, scope)}", resource_metadata="${metadataUrl(c, c.req.param('account'))}"`,
	);
	throw new AppError('forbidden', `This needs the scope ${scope}; the token has ${[...principal.scopes].join(', ') || 'none'}.`, {
		hint: 'Use a token with that scope, of a member whose role allows it.',
	});
}

/** Throws 403 for a token that was made for some tools where this one is not among them, or where `tool` is null: what no tool does, it may not do. */
export function demandTool({ tools }: Principal, tool: string | null): void {
	if (tools === null || (tool !== null && tools.has(tool))) return;
	const list = [...tools].sort();
	const named = list.slice(0, 10).join(', ') || 'none';
	throw new AppError('forbidden', `This token was made for these tools alone: ${named}${list.length > 10 ? ` and ${list.length - 10} more` : ''}.`, {
		hint: tool === null ? 'Use a token that is not limited to some tools.' : `Use a token that may call ${tool}.`,
	});
}

function bearerToken(c: Context<AppEnv>, account: string | undefined): string {
	const header = c.req.header('authorization');
	// RFC 6750 §3.1: who sent no credentials is told no error code.
	if (header === undefined || header === '') throw challenge(c, account, null, 'A bearer token is needed.');
	const token = /^bearer +([\x21-\x7e]{1,512})$/i.exec(header)?.[1];
	if (token === undefined) throw challenge(c, account, 'invalid_request', 'The Authorization header is not of the form "Bearer TOKEN".');
	return token;
}

function refusal(c: Context<AppEnv>, account: string | undefined, reason: Exclude<TokenResolution, { ok: true }>['reason']): AppError {
	switch (reason) {
		case 'gateway_disabled':
			return new AppError('forbidden', 'The MCP gateway is switched off for this account.', { hint: 'An owner of the account can switch it on.' });
		case 'not_a_member':
			return new AppError('forbidden', 'The user of this token is no longer a member of its account.', { hint: 'Use a token of a member.' });
		default:
			return challenge(c, account, 'invalid_token', UNUSABLE[reason]);
	}
}

function challenge(c: Context<AppEnv>, account: string | undefined, error: 'invalid_request' | 'invalid_token' | null, message: string): AppError {
	const what = error === null ? '' : `error="${error}", error_description="${message.replaceAll('"', "'")}", `;
	c.header('WWW-Authenticate', `Bearer ${what}scope="${ASKED_SCOPES}", resource_metadata="${metadataUrl(c, account)}"`);
	return new AppError('unauthenticated', message, {
		hint: 'Send "Authorization: Bearer TOKEN" with a token of Settings → Connected Applications, or connect with OAuth.',
	});
}

/** RFC 9728: the document of the very URL the client typed, account and all. */
function metadataUrl(c: Context<AppEnv>, account: string | undefined): string {
	return resourceMetadataUrl(publicOrigin(c.env, c.req.url), account === undefined ? null : encodeURIComponent(account));
}

/** In the account of the token: whatever it was that it asked for. */
export function recordRefused(c: Context<AppEnv>, bearer: RefusedBearer, reason: RequestRefusal, httpStatus: number): void {
	recordRefusedRequest(c.get('operations'), bearer, { reason, httpStatus, requestId: c.get('requestId') });
}

export function bearerOf({ account, user, grant }: Principal): RefusedBearer {
	return { accountId: account.id, userId: user.id, grantId: grant.id };
}

async function foreign(c: Context<AppEnv>, account: string, bearer: RefusedBearer): Promise<AppError> {
	const found = await findAccount(c.get('operations'), account);
	recordRefused(c, bearer, found === null ? 'unknown_account' : 'foreign_account', found === null ? 404 : 403);
	if (found === null) {
		return new AppError('not_found', `There is no account ${account.slice(0, 100)}.`, {
			hint: "Use the account's short name or number, or POST /mcp for the token's own account.",
		});
	}
	return new AppError('forbidden', `This token gives no access to the account ${found.slug}.`, { hint: 'Use a token of a member of that account.' });
}
