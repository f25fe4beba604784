import type { AuthPort, NewToken } from '../../auth/port.ts';
import { formatScopes, parseScopes } from '../../auth/scopes.ts';
import { memberRole } from '../../store/members.ts';
import { findClient } from '../../store/oauth/clients.ts';
import { findCode, type IssuedToken, redeemCode, revokeGrantOfCode } from '../../store/oauth/codes.ts';
import { findRefreshToken, issueToClient, revokeGrant, rotateRefreshToken, tokenOwner } from '../../store/oauth/refresh-tokens.ts';
import type { Store } from '../../store/store.ts';
import { clientFromRow } from './clients.ts';

/** The storage that the authorization rules need, on D1. */
export function authPort(store: Store): AuthPort {
	return {
		async findClient(id) {
			const row = await findClient(store, id);
			return row === null ? null : clientFromRow(row);
		},
		async findMember(accountId, userId) {
			const member = await memberRole(store, accountId, userId);
			return member?.gatewayEnabled ? { role: member.role } : null;
		},
		async findCode(hash) {
			const row = await findCode(store, hash);
			return row === null ? null : { ...row, scopes: parseScopes(row.scopes) };
		},
		redeemCode: (hash, grant, tokens, now) =>
			redeemCode(store, hash, { ...grant, scopes: formatScopes(grant.scopes) }, { access: issued(tokens.access), refresh: issued(tokens.refresh) }, now),
		revokeGrantOfCode: (hash, reason, now) => revokeGrantOfCode(store, hash, reason, now),
		async findRefreshToken(hash) {
			const row = await findRefreshToken(store, hash);
			if (row === null || row.clientId === null || row.expiresAt === null) return null;
			return {
				grantId: row.grantId,
				clientId: row.clientId,
				scopes: parseScopes(row.scopes),
				accountId: row.accountId,
				userId: row.userId,
				expiresAt: row.expiresAt,
				rotatedAt: row.rotatedAt,
				grantLive: row.revokedAt === null,
				grantExpiresAt: row.grantExpiresAt,
				resourceSlug: row.resourceSlug,
			};
		},
		rotateRefreshToken: (hash, tokens, now, notRotatedBefore) =>
			rotateRefreshToken(store, hash, { access: issued(tokens.access), refresh: issued(tokens.refresh) }, now, notRotatedBefore),
		revokeGrant: (grantId, reason, now) => revokeGrant(store, grantId, reason, now),
		findTokenOwner: (hash) => tokenOwner(store, hash),
		issueToClient: (clientId, token, now) => issueToClient(store, clientId, issued(token), now),
	};
}

function issued(token: NewToken): IssuedToken {
	return { hash: token.hash, scopes: formatScopes(token.scopes), expiresAt: token.expiresAt };
}
