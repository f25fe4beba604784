import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { isScope } from '../auth/scopes.ts';
import { type FormKey, formKey } from '../auth/sealed-form.ts';
import { networkOf, sessionCookie, sessionCookieName } from '../auth/session.ts';
import { AppError } from '../lib/errors.ts';
import type { Scope } from '../model/principal.ts';
import { resolveSession, type Session, type Visitor } from '../operations/authorization/sessions.ts';
import type { AppEnv } from './bindings.ts';
import { publicOrigin } from './public-origin.ts';

/** Who is asking: the address as Cloudflare saw it; locally there is only one. */
export function visitor(c: Context<AppEnv>): Visitor {
	const address = c.req.header('cf-connecting-ip') ?? 'local';
	return { address, network: networkOf(address), userAgent: c.req.header('user-agent') ?? '' };
}

/** The browser's session, complete or waiting for its second factor; null when there is none. */
export function currentSession(c: Context<AppEnv>): Promise<Session | null> {
	const { store, clock } = c.var.operations;
	return resolveSession(store, getCookie(c, sessionCookieName(publicOrigin(c.env, c.req.url))), clock());
}

export function setSession(c: Context<AppEnv>, cookie: string, expiresAt: number): void {
	const seconds = Math.floor((expiresAt - c.var.operations.clock()) / 1000);
	c.header('Set-Cookie', sessionCookie(publicOrigin(c.env, c.req.url), cookie, seconds));
}

export function clearSession(c: Context<AppEnv>): void {
	c.header('Set-Cookie', sessionCookie(publicOrigin(c.env, c.req.url), '', 0));
}

/**
 * Refuses a form that was not sent by a page of ours: browsers say where a POST comes from, and a request that says nothing is
 * no browser's form and carries no cookie by accident.
 */
export function demandOwnPage(c: Context<AppEnv>): void {
	const origin = c.req.header('origin');
	const site = c.req.header('sec-fetch-site');
	const own = origin === undefined || origin === publicOrigin(c.env, c.req.url) || origin === new URL(c.req.url).origin;
	if (own && (site === undefined || site === 'same-origin' || site === 'none')) return;
	throw new AppError('forbidden', 'This form was sent from a page of another site.', { hint: 'Open the page here and try again.' });
}

/** The key of hidden fields, derived from the sealing key so that a deployment has one secret less to keep. */
export async function pageKey(env: Pick<Env, 'HEADGATE_SEAL_KEY'>): Promise<FormKey> {
	const first = env.HEADGATE_SEAL_KEY.split(',')[0] ?? '';
	return formKey(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`headgate hidden fields ${first}`))));
}

const FORM_LIFE_MS = 12 * 3_600_000;

/** The hidden field every form of a signed-in person carries; bound to the session, so a token from elsewhere is worth nothing. */
export async function csrfToken(c: Context<AppEnv>, session: Session | null): Promise<string> {
	return (await pageKey(c.env)).seal('csrf', session?.hash ?? '', 1, c.var.operations.clock() + FORM_LIFE_MS);
}

/** The fields of a form of ours. Throws unless it comes from our page and carries this session's token. */
export async function readForm(c: Context<AppEnv>, session: Session | null): Promise<FormData> {
	demandOwnPage(c);
	const form = await c.req.formData().catch(() => new FormData());
	const opened = await (await pageKey(c.env)).open('csrf', session?.hash ?? '', field(form, 'csrf'), c.var.operations.clock());
	if (opened === 1) return form;
	throw new AppError('forbidden', 'This form is out of date or belongs to another session.', { hint: 'Go back, reload the page and send it again.' });
}

/** A field's text, empty where it is missing; files are not taken. */
export function field(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}

/** The boxes named `scope` that are ticked. */
export function tickedScopes(form: FormData): Scope[] {
	return form.getAll('scope').flatMap((value) => (typeof value === 'string' && isScope(value) ? [value] : []));
}
