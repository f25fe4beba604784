import { AppError } from '../../lib/errors.ts';
import { type AccountRow, accountById, accountBySlug, insertAccount } from '../../store/accounts.ts';
import type { OperationContext } from '../context.ts';

export interface AccountView {
	readonly id: number;
	readonly slug: string;
	readonly name: string;
	readonly gateway_enabled: boolean;
}

/** A slug stands in the first segment of a URL: neither a number (those are ids) nor a path of our own. */
const SLUG = /^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const OWN_PATHS: ReadonlySet<string> = new Set([
	'mcp',
	'api',
	'admin',
	'oauth',
	'authorize',
	'token',
	'register',
	'settings',
	'schemas',
	'assets',
	'docs',
	'downloads',
	'health',
	'healthz',
	'links',
	'sign-in',
	'sign-out',
	'setup',
]);

const BEGINNING = {
	workspace: 'Unassigned',
	cluster: { name: 'default', type: 'production', nodes: 2, region: 'edge' },
	connections: [
		{ name: 'Embedded storage', type: 'r2' },
		{ name: 'Embedded database', type: 'sqlite' },
	],
} as const;

/**
 * An account with its `Unassigned` workspace, a default cluster and connections to its embedded storage and database.
 * Repeating it gives the one that exists, completed where something was missing (`created` false).
 */
export async function createAccount(
	context: Pick<OperationContext, 'store' | 'clock'>,
	input: { readonly slug: string; readonly name?: string | undefined },
): Promise<{ account: AccountView; created: boolean }> {
	const { slug } = input;
	if (!SLUG.test(slug) || OWN_PATHS.has(slug)) {
		throw new AppError('invalid_input', `${JSON.stringify(slug.slice(0, 80))} cannot name an account`, {
			hint: `A name has 1 to 63 lower-case letters, digits and inner hyphens, at least one letter, and is none of ${[...OWN_PATHS].join(', ')}.`,
		});
	}
	const created = await insertAccount(context.store, { slug, name: input.name ?? slug, ...BEGINNING, now: context.clock() });
	return { account: accountView(await requireAccount(context, slug)), created };
}

/** By slug or by number; null where there is none. */
export async function findAccount(context: Pick<OperationContext, 'store'>, slugOrId: string): Promise<AccountView | null> {
	const row = /^[1-9]\d{0,15}$/.test(slugOrId) ? await accountById(context.store, Number(slugOrId)) : await accountBySlug(context.store, slugOrId);
	return row === null ? null : accountView(row);
}

/** As `findAccount`, for callers that name an account which must exist. */
export async function requireAccountNamed(context: Pick<OperationContext, 'store'>, slugOrId: string): Promise<AccountView> {
	const account = await findAccount(context, slugOrId);
	if (account !== null) return account;
	throw new AppError('not_found', `there is no account ${JSON.stringify(slugOrId.slice(0, 80))}`, {
		hint: 'Give its name or number; `headgate account create NAME` makes one.',
	});
}

async function requireAccount(context: Pick<OperationContext, 'store'>, slug: string): Promise<AccountRow> {
	const row = await accountBySlug(context.store, slug);
	if (row === null) throw new Error('an account vanished after it was made');
	return row;
}

function accountView(row: AccountRow): AccountView {
	return { id: row.id, slug: row.slug, name: row.name, gateway_enabled: row.gatewayEnabled };
}
