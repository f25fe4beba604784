import type { Scope } from '../model/principal.ts';

export type ClientKind = 'dynamic' | 'document' | 'static';
export type ClientAuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post';
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

/** An application that may ask for access. Secrets are kept as SHA-256. */
export interface Client {
	/** Random for dynamic and static ones; the document's URL for a client ID metadata document. */
	readonly id: string;
	readonly kind: ClientKind;
	readonly name: string;
	readonly redirectUris: readonly string[];
	readonly authMethod: ClientAuthMethod;
	readonly secretHash: string | null;
	readonly grantTypes: readonly GrantType[];
	/** Upper bound of what it can ever get; null for no bound of its own. */
	readonly scopes: readonly Scope[] | null;
	/** Static clients belong to an account; the others to nobody. */
	readonly accountId: number | null;
	/** Set by an account's owner for a confidential static client only: consent is not asked again. */
	readonly skipConsent: boolean;
	readonly uri: string | null;
	readonly logoUri: string | null;
}

export const CLIENT_AUTH_METHODS: readonly ClientAuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post'];
