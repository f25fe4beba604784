import type { GrantType } from '../../auth/client.ts';
import { clientKey } from '../../auth/client-metadata.ts';
import { registrationFault } from '../../auth/redirect-uri.ts';
import { ALL_SCOPES, formatScopes } from '../../auth/scopes.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { Scope } from '../../model/principal.ts';
import { insertClientGrant } from '../../store/grants.ts';
import { type ClientRow, insertClient, listStaticClients, removeStaticClient } from '../../store/oauth/clients.ts';
import type { OperationContext } from '../context.ts';
import { checkedName, type MemberSession, requireOwner } from './member-session.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

export interface NewStaticClient {
	readonly name: string;
	readonly redirectUris: readonly string[];
	readonly scopes: readonly Scope[];
	/** Also for automation without a person (client_credentials). */
	readonly automation: boolean;
	readonly skipConsent: boolean;
}

/** A pre-registered confidential client. The secret is in this answer and nowhere else. Owners only. */
export async function createStaticClient(
	context: Context,
	member: MemberSession,
	input: NewStaticClient,
): Promise<{ readonly id: string; readonly secret: string }> {
	requireOwner(member);
	const name = checkedName(input.name);
	const redirectUris = input.redirectUris.map((uri) => uri.trim()).filter((uri) => uri !== '');
	for (const uri of redirectUris) {
		const fault = registrationFault(uri);
		if (fault !== null)
			throw new AppError('invalid_input', `the redirect URI ${JSON.stringify(uri.slice(0, 100))} ${fault}`, {
				hint: 'For mcp-remote it is http://localhost:PORT/oauth/callback.',
			});
	}
	if (redirectUris.length === 0 && !input.automation) {
		throw new AppError('invalid_input', 'the client has neither a redirect URI nor automation', {
			hint: 'Give a redirect URI for browser sign-in, or allow client credentials, or both.',
		});
	}
	const scopes = ALL_SCOPES.filter((scope) => input.scopes.includes(scope));
	if (scopes.length === 0) throw new AppError('invalid_input', 'no scope is chosen', { hint: `Choose at least one of ${ALL_SCOPES.join(', ')}.` });
	const [id, secret, now] = [`hgc_${randomToken()}`, `hgs_${randomToken()}`, context.clock()];
	const grantTypes: GrantType[] = [
		...(redirectUris.length > 0 ? (['authorization_code', 'refresh_token'] as const) : []),
		...(input.automation ? (['client_credentials'] as const) : []),
	];
	await insertClient(context.store, {
		id,
		kind: 'static',
		name,
		redirectUris,
		authMethod: 'client_secret_basic',
		secretHash: await sha256Hex(secret),
		grantTypes,
		scopes: formatScopes(scopes),
		accountId: member.account.id,
		skipConsent: input.skipConsent && redirectUris.length > 0,
		createdAt: now,
	});
	if (input.automation) {
		const key = clientKey({ kind: 'static', id, name, redirectUris });
		await insertClientGrant(context.store, {
			accountId: member.account.id,
			userId: member.userId,
			name,
			clientId: id,
			clientKey: key,
			scopes: formatScopes(scopes),
			createdAt: now,
		});
	}
	return { id, secret };
}

export type StaticClient = Pick<ClientRow, 'id' | 'name' | 'createdAt'> & { readonly scopes: string };

export async function staticClients(context: Context, member: MemberSession): Promise<StaticClient[]> {
	const rows = await listStaticClients(context.store, member.account.id);
	return rows.map(({ id, name, createdAt, scopes }) => ({ id, name, createdAt, scopes: (scopes ?? '').replaceAll(' ', ', ') }));
}

export async function deleteStaticClient(context: Context, member: MemberSession, id: string): Promise<void> {
	requireOwner(member);
	await removeStaticClient(context.store, member.account.id, id, context.clock());
}
