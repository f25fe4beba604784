import type { Role, Scope } from '../model/principal.ts';
import type { Client } from './client.ts';

/**
 * The storage these rules need. Everything that must happen once is one conditional batch of the database, never a
 * read followed by a write: what the batch reports is the truth.
 */
export interface AuthPort {
	findClient(id: string): Promise<Client | null>;
	/** Null when the person is no member (any more), or the account's gateway is off. */
	findMember(accountId: number, userId: number): Promise<{ readonly role: Role } | null>;

	findCode(codeHash: string): Promise<CodeRecord | null>;
	/**
	 * In one batch: claims the code (only if nobody has and it has not expired), revokes the live grant of the same account, user
	 * and client key, writes the new grant and both tokens. False when the claim was lost; then nothing else happened.
	 */
	redeemCode(codeHash: string, grant: NewGrant, tokens: TokenPair, now: number): Promise<boolean>;
	/** A code was presented a second time: ends what its first use granted (RFC 6749 §4.1.2). */
	revokeGrantOfCode(codeHash: string, reason: string, now: number): Promise<void>;

	findRefreshToken(hash: string): Promise<RefreshRecord | null>;
	/**
	 * In one batch: marks the token rotated (the first time; later the mark stays) and adds the pair, provided that its grant is live
	 * and it was not rotated before `notRotatedBefore`. False when that no longer held; then nothing happened.
	 */
	rotateRefreshToken(hash: string, tokens: TokenPair, now: number, notRotatedBefore: number): Promise<boolean>;
	revokeGrant(grantId: number, reason: string, now: number): Promise<void>;

	/** Whose token it is, for RFC 7009; null when it is none of ours. */
	findTokenOwner(hash: string): Promise<{ readonly grantId: number; readonly clientId: string | null } | null>;
	/** client_credentials: an access token under the client's own standing grant. False when that grant is gone. */
	issueToClient(clientId: string, token: NewToken, now: number): Promise<boolean>;
}

export interface CodeRecord {
	readonly clientId: string;
	readonly redirectUri: string;
	readonly redirectUriGiven: boolean;
	readonly challenge: string;
	readonly scopes: readonly Scope[];
	readonly accountId: number;
	readonly userId: number;
	readonly expiresAt: number;
	readonly redeemedAt: number | null;
	/** When the person chose that the whole grant shall end; null for no end. */
	readonly grantExpiresAt: number | null;
	/** The slug in the `resource` of the authorization; null where the client named none and the person picked. */
	readonly resourceSlug: string | null;
}

export interface NewGrant {
	readonly accountId: number;
	readonly userId: number;
	readonly clientId: string;
	readonly clientKey: string;
	readonly name: string;
	readonly scopes: readonly Scope[];
	readonly expiresAt: number | null;
	readonly resourceSlug: string | null;
}

export interface NewToken {
	readonly hash: string;
	readonly expiresAt: number;
	/** Narrower than the grant's where a refresh asked for less. */
	readonly scopes: readonly Scope[];
}

export interface TokenPair {
	readonly access: NewToken;
	readonly refresh: NewToken;
}

export interface RefreshRecord {
	readonly grantId: number;
	readonly clientId: string;
	/** The grant's. */
	readonly scopes: readonly Scope[];
	readonly accountId: number;
	readonly userId: number;
	readonly expiresAt: number;
	readonly rotatedAt: number | null;
	readonly grantLive: boolean;
	readonly grantExpiresAt: number | null;
	readonly resourceSlug: string | null;
}
