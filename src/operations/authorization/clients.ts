import type { Client } from '../../auth/client.ts';
import { type FetchedDocument, fetchClientDocument, isDocumentUrl } from '../../auth/client-document.ts';
import { checkRegistration } from '../../auth/client-metadata.ts';
import { ok, type Result, refuse } from '../../auth/result.ts';
import { parseScopes } from '../../auth/scopes.ts';
import { LIMITS } from '../../auth/session.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { type ClientRow, findClient, insertClient, upsertDocument } from '../../store/oauth/clients.ts';
import type { Store } from '../../store/store.ts';
import { attempt } from './attempts.ts';

export function clientFromRow(row: ClientRow): Client {
	const { id, kind, name, redirectUris, authMethod, secretHash, grantTypes, accountId, skipConsent, uri, logoUri } = row;
	return {
		id,
		kind,
		name,
		redirectUris,
		authMethod,
		secretHash,
		grantTypes,
		accountId,
		skipConsent,
		uri,
		logoUri,
		scopes: row.scopes === null ? null : parseScopes(row.scopes),
	};
}

export interface ClientSettings {
	readonly fetch: typeof fetch;
	readonly allowHttpMetadata: boolean;
	/** Who makes us fetch, so that nobody makes this gateway knock at others' doors without end. */
	readonly network: string;
	readonly now: number;
}

/** The client of that id: registered here, or described by the document that the id points to. */
export async function resolveClient(store: Store, id: string, settings: ClientSettings): Promise<Result<Client>> {
	const row = await findClient(store, id);
	if (row !== null && row.kind !== 'document') return ok(clientFromRow(row));
	if (!isDocumentUrl(id, settings.allowHttpMetadata)) return refuse({ tag: 'unknown_client' });
	if (row !== null && (row.freshUntil ?? 0) > settings.now) return ok(clientFromRow(row));
	const counted = await attempt(store, LIMITS.document, settings.network, settings.now);
	if (!counted.ok) return counted;
	const fetched = await fetchClientDocument(id, settings.fetch, settings.allowHttpMetadata);
	if (!fetched.ok) return fetched;
	const client = fromDocument(id, fetched.value);
	await upsertDocument(store, {
		...client,
		redirectUris: [...client.redirectUris],
		grantTypes: [...client.grantTypes],
		scopes: null,
		createdAt: settings.now,
		freshUntil: settings.now + fetched.value.cacheSeconds * 1000,
	});
	return ok(client);
}

/** RFC 7591 §3.2.1. Members that have no value are left out: some clients refuse nulls. */
export interface RegistrationAnswer {
	readonly client_id: string;
	readonly client_id_issued_at: number;
	readonly client_secret?: string;
	readonly client_secret_expires_at?: number;
	readonly client_name: string;
	readonly redirect_uris: readonly string[];
	readonly token_endpoint_auth_method: string;
	readonly grant_types: readonly string[];
	readonly response_types: readonly string[];
	readonly client_uri?: string;
	readonly logo_uri?: string;
}

export async function registerClient(store: Store, body: unknown, now: number): Promise<Result<RegistrationAnswer>> {
	const checked = checkRegistration(body);
	if (!checked.ok) return checked;
	const { name, redirectUris, authMethod, grantTypes, uri, logoUri } = checked.value;
	const id = `hgc_${randomToken()}`;
	const secret = authMethod === 'none' ? null : `hgs_${randomToken()}`;
	await insertClient(store, {
		id,
		kind: 'dynamic',
		name,
		redirectUris: [...redirectUris],
		authMethod,
		secretHash: secret === null ? null : await sha256Hex(secret),
		grantTypes: [...grantTypes],
		uri,
		logoUri,
		createdAt: now,
	});
	return ok({
		client_id: id,
		client_id_issued_at: Math.floor(now / 1000),
		...(secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
		client_name: name,
		redirect_uris: redirectUris,
		token_endpoint_auth_method: authMethod,
		grant_types: grantTypes,
		response_types: ['code'],
		...(uri === null ? {} : { client_uri: uri }),
		...(logoUri === null ? {} : { logo_uri: logoUri }),
	});
}

function fromDocument(id: string, { metadata }: FetchedDocument): Client {
	return { ...metadata, id, kind: 'document', secretHash: null, scopes: null, accountId: null, skipConsent: false };
}
