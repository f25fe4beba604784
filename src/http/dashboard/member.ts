import type { Context } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { accountsOf } from '../../operations/authorization/accounts.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import type { Session } from '../../operations/authorization/sessions.ts';
import type { AppEnv } from '../bindings.ts';
import { csrfToken, currentSession } from '../session.ts';
import type { Viewer } from './layout.tsx';

/** A signed-in person on one of their accounts' pages. */
export interface Visit {
	readonly session: Session;
	readonly member: MemberSession & { readonly gatewayEnabled: boolean };
	readonly viewer: Viewer;
}

/** Who is on an account's page. Throws a redirect to sign-in as `SignInNeeded`, and the same 404 for a foreign account as for none. */
export async function visit(c: Context<AppEnv>): Promise<Visit> {
	const session = await signedIn(c);
	const slug = c.req.param('account') ?? '';
	const account = (await accountsOf(c.var.operations.store, session.userId)).find((one) => one.slug === slug || String(one.id) === slug);
	if (account === undefined)
		throw new AppError('not_found', `You have no account called ${slug.slice(0, 100)}.`, { hint: 'Your accounts are on the first page.' });
	const { id, name, role, gatewayEnabled } = account;
	c.set('visited', { accountId: id, userId: session.userId });
	return {
		session,
		member: { account: { id, slug: account.slug, name }, userId: session.userId, email: session.email, role, gatewayEnabled },
		viewer: { email: session.email, csrf: await csrfToken(c, session) },
	};
}

/** The complete session, or `SignInNeeded`. */
export async function signedIn(c: Context<AppEnv>): Promise<Session> {
	const session = await currentSession(c);
	if (session?.complete) return session;
	const url = new URL(c.req.url);
	throw new SignInNeeded(c.req.method === 'GET' ? url.pathname + url.search : '/');
}

/** Answered with a redirect to sign-in, which comes back to `next`. */
export class SignInNeeded extends Error {
	override readonly name = 'SignInNeeded';
	readonly next: string;

	constructor(next: string) {
		super('sign-in needed');
		this.next = next;
	}
}
