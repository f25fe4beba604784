import type { Client, GrantType } from '../../auth/client.ts';
import { clientKey } from '../../auth/client-metadata.ts';
import { redirectTarget, registrationFault } from '../../auth/redirect-uri.ts';
import { ALL_SCOPES, formatScopes } from '../../auth/scopes.ts';
import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { DAY } from '../../lib/time.ts';
import type { Role, Scope } from '../../model/principal.ts';
import { endGrant, insertClientGrant, listGrants, renameGrant } from '../../store/grants.ts';
import { type ClientRow, insertClient, listStaticClients, removeStaticClient } from '../../store/oauth/clients.ts';
import type { OperationContext } from '../context.ts';

/** Somebody signed in at the dashboard, in one of their accounts. */
export interface MemberSession {
	readonly account: { readonly id: number; readonly slug: string; readonly name: string };
	readonly userId: number;
	readonly email: string;
	readonly role: Role;
}

type Context = Pick<OperationContext, 'store' | 'clock'>;

/** How long an ended connection stays in the list, so that its owner can read why it ended. */
const SHOW_ENDED_DAYS = 7;

/** One row of Connected Applications: an OAuth client, a personal token or an automation client. */
export interface ConnectedApplication {
	readonly id: number;
	readonly name: string;
	readonly kind: 'oauth' | 'pat' | 'client';
	readonly scopes: readonly string[];
	readonly readOnly: boolean;
	readonly tools: readonly string[] | null;
	readonly owner: string;
	/** Where from: the metadata URL of a client, or where it is sent back to; null for a token. */
	readonly from: string | null;
	readonly createdAt: number;
	readonly lastUsedAt: number | null;
	readonly expiresAt: number | null;
	readonly ended: { readonly at: number; readonly reason: string } | null;
}

/** Owners see everybody's, others their own. */
export async function listConnectedApplications(context: Context, member: MemberSession): Promise<ConnectedApplication[]> {
	const now = context.clock();
	const rows = await listGrants(context.store, member.account.id, scopeOf(member), now - SHOW_ENDED_DAYS * DAY);
	return rows.map(({ grant, email, client }) => ({
		id: grant.id,
		name: grant.name,
		kind: grant.kind,
		scopes: grant.scopes.split(' ').filter((scope) => scope !== ''),
		readOnly: grant.readOnly,
		tools: grant.tools,
		owner: email,
		from: whereFrom(grant.kind, grant.clientId, client),
		createdAt: grant.createdAt,
		lastUsedAt: grant.lastUsedAt,
		expiresAt: grant.expiresAt,
		ended: ending(grant, now),
	}));
}

function whereFrom(
	kind: ConnectedApplication['kind'],
	clientId: string | null,
	client: { readonly kind: Client['kind']; readonly redirectUris: readonly string[] } | null,
): string | null {
	if (kind === 'client') return 'signs in as itself';
	if (client === null) return null;
	return client.kind === 'document' ? clientId : [...new Set(client.redirectUris.map(redirectTarget))].join(', ');
}

function ending(grant: { readonly revokedAt: number | null; readonly revokeReason: string | null; readonly expiresAt: number | null }, now: number) {
	if (grant.revokedAt !== null) return { at: grant.revokedAt, reason: grant.revokeReason ?? 'Revoked.' };
	return grant.expiresAt !== null && grant.expiresAt <= now ? { at: grant.expiresAt, reason: 'It ran out.' } : null;
}

/** Immediate everywhere: every call looks its grant up. Revoking what has ended already is no error. */
export async function revokeApplication(context: Context, member: MemberSession, id: number): Promise<void> {
	await endGrant(context.store, member.account.id, scopeOf(member), id, `Revoked by ${member.email}.`, context.clock());
}

export async function renameApplication(context: Context, member: MemberSession, id: number, name: string): Promise<void> {
	const renamed = await renameGrant(context.store, member.account.id, scopeOf(member), id, checkedName(name));
	if (!renamed)
		throw new AppError('not_found', `there is no live connection ${id} of yours in this account`, {
			hint: 'Reload the list; it may have been revoked meanwhile.',
		});
}

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

export function requireOwner(member: MemberSession): void {
	if (member.role !== 'owner')
		throw new AppError('forbidden', `${member.email} is ${member.role} of ${member.account.slug}`, {
			hint: 'Only an owner of the account can do this; ask one.',
		});
}

function scopeOf(member: MemberSession): number | null {
	return member.role === 'owner' ? null : member.userId;
}

function checkedName(name: string): string {
	const trimmed = name.trim();
	if (trimmed.length >= 1 && trimmed.length <= 100) return trimmed;
	throw new AppError('invalid_input', `the name has ${trimmed.length} characters`, {
		hint: 'A name has 1 to 100 characters, e.g. "Claude Desktop on MacBook".',
	});
}
