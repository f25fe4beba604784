import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { randomToken } from '../../lib/crypto.ts';
import { beginSession } from '../../operations/authorization/sessions.ts';
import { personOf, type UpstreamIdentity } from '../../operations/authorization/upstream.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { currentSession, field, pageKey, readForm, setSession, visitor } from '../session.ts';
import { safeNext } from './next.ts';
import { messagePage } from './page.tsx';

/** Signing in through the company's own provider: OpenID Connect, or Cloudflare Access in front of the deployment. */
export const upstream = new Hono<AppEnv>();

export interface UpstreamChoice {
	readonly id: 'oidc' | 'access';
	readonly label: string;
}

const ATTEMPT_COOKIE = 'headgate_upstream';
const ATTEMPT_MS = 10 * 60_000;

interface Attempt {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
	readonly next: string;
}

/** The providers that are configured. */
export function upstreamChoices(c: Context<AppEnv>): readonly UpstreamChoice[] {
	const { HEADGATE_OIDC_ISSUER, HEADGATE_OIDC_NAME, HEADGATE_ACCESS_TEAM, HEADGATE_ACCESS_AUDIENCE } = c.env;
	return [
		...(HEADGATE_OIDC_ISSUER ? [{ id: 'oidc', label: HEADGATE_OIDC_NAME || new URL(HEADGATE_OIDC_ISSUER).hostname } as const] : []),
		...(HEADGATE_ACCESS_TEAM && HEADGATE_ACCESS_AUDIENCE && c.req.header('cf-access-jwt-assertion')
			? [{ id: 'access', label: 'Cloudflare Access' } as const]
			: []),
	];
}

upstream.post('/sign-in/upstream/oidc', async (c) => {
	const form = await readForm(c, null);
	const attempt = { state: randomToken(), nonce: randomToken(), verifier: randomToken(), next: safeNext(field(form, 'next'), publicOrigin(c.env, c.req.url)) };
	const { authorizationUrl } = await import('./oidc.ts');
	const url = await authorizationUrl(oidcSettings(c), attempt);
	const expires = c.var.operations.clock() + ATTEMPT_MS;
	const origin = publicOrigin(c.env, c.req.url);
	setCookie(c, ATTEMPT_COOKIE, await (await pageKey(c.env)).seal('upstream attempt', '', attempt, expires), {
		path: '/sign-in/upstream',
		httpOnly: true,
		sameSite: 'Lax',
		secure: origin.startsWith('https:'),
		maxAge: ATTEMPT_MS / 1000,
	});
	return c.redirect(url, 303);
});

upstream.get('/sign-in/upstream/oidc/callback', async (c) => {
	const cookie = getCookie(c, ATTEMPT_COOKIE) ?? '';
	deleteCookie(c, ATTEMPT_COOKIE, { path: '/sign-in/upstream' });
	const attempt = (await (await pageKey(c.env)).open('upstream attempt', '', cookie, c.var.operations.clock())) as Attempt | null;
	const [code, state] = [c.req.query('code'), c.req.query('state')];
	// The state ties the answer to the browser that asked: without it anybody could sign a victim in as themselves.
	if (attempt === null || code === undefined || state !== attempt.state)
		return notSignedIn(c, 'The answer of the provider does not belong to a sign-in that this browser began.');
	const { identify } = await import('./oidc.ts');
	const identity = await identify(oidcSettings(c), { code, verifier: attempt.verifier, nonce: attempt.nonce });
	return identity === null ? notSignedIn(c, 'The provider did not confirm who you are.') : enter(c, identity, 'oidc', attempt.next);
});

upstream.post('/sign-in/upstream/access', async (c) => {
	const form = await readForm(c, null);
	const { identifyByAccess } = await import('./cloudflare-access.ts');
	const { HEADGATE_ACCESS_TEAM = '', HEADGATE_ACCESS_AUDIENCE = '' } = c.env;
	const identity = await identifyByAccess(HEADGATE_ACCESS_TEAM, HEADGATE_ACCESS_AUDIENCE, c.req.header('cf-access-jwt-assertion') ?? '');
	const next = safeNext(field(form, 'next'), publicOrigin(c.env, c.req.url));
	return identity === null ? notSignedIn(c, 'Cloudflare Access did not confirm who you are.') : enter(c, identity, 'access', next);
});

async function enter(c: Context<AppEnv>, identity: UpstreamIdentity, method: string, next: string) {
	const person = await personOf(c.var.operations, identity);
	if (!person.ok) return notSignedIn(c, `${identity.email ?? 'This person'} is no member of an account here.`);
	const { store, clock } = c.var.operations;
	const former = (await currentSession(c))?.hash ?? null;
	const begun = await beginSession(store, person.value.userId, { ...visitor(c), method, strong: true, former }, clock());
	setSession(c, begun.cookie, begun.expiresAt);
	return c.redirect(next, 303);
}

function notSignedIn(c: Context<AppEnv>, why: string) {
	return messagePage(c, 'Not signed in', why, 'Ask an owner of the account to invite that address, or sign in another way.', 403);
}

function oidcSettings(c: Context<AppEnv>) {
	const { HEADGATE_OIDC_ISSUER = '', HEADGATE_OIDC_CLIENT_ID = '', HEADGATE_OIDC_CLIENT_SECRET = '' } = c.env;
	return {
		issuer: HEADGATE_OIDC_ISSUER,
		clientId: HEADGATE_OIDC_CLIENT_ID,
		clientSecret: HEADGATE_OIDC_CLIENT_SECRET,
		redirectUri: `${publicOrigin(c.env, c.req.url)}/sign-in/upstream/oidc/callback`,
	};
}
