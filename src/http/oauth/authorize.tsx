import { type Context, Hono } from 'hono';
import { type AuthorizationRequest, checkClientAndRedirect, checkRequest, redirectBack } from '../../auth/authorize.ts';
import type { Client } from '../../auth/client.ts';
import { type Reason, toWire } from '../../auth/errors.ts';
import { CONSENT_FORM_MS } from '../../auth/session.ts';
import type { Scope } from '../../model/principal.ts';
import { resolveClient } from '../../operations/authorization/clients.ts';
import { type ConsentChoice, chooseAccount, issueCode } from '../../operations/authorization/consent.ts';
import type { Session } from '../../operations/authorization/sessions.ts';
import type { AppEnv } from '../bindings.ts';
import { page, refusalPage } from '../dashboard/page.tsx';
import { publicOrigin } from '../public-origin.ts';
import { csrfToken, currentSession, field, pageKey, readForm, tickedScopes } from '../session.ts';
import { ConsentPage, PickerPage } from './consent-page.tsx';
import { clientSettings } from './settings.ts';

/** The authorization endpoint (RFC 6749 §3.1): sign-in, account, consent, and the way back with a code. */
export const authorize = new Hono<AppEnv>();

authorize.get('/oauth/authorize', async (c) => {
	const parameters = new URL(c.req.url).searchParams;
	const checked = await checkedRequest(c, parameters);
	if (!('request' in checked)) return checked;
	const session = await currentSession(c);
	// Sign-in comes back to this very address; it was checked first, so that nobody signs in for a request that leads nowhere.
	if (session === null || !session.complete) return c.redirect(`/sign-in?next=${encodeURIComponent(`/oauth/authorize?${parameters}`)}`, 303);
	return show(c, session, checked.request, checked.client, null);
});

authorize.post('/oauth/authorize', async (c) => {
	const session = await currentSession(c);
	if (session === null || !session.complete) return c.redirect('/sign-in', 303);
	const form = await readForm(c, session);
	const opened = await (await pageKey(c.env)).open('authorization request', session.hash, field(form, 'request'), c.var.operations.clock());
	if (opened === null) return refusalPage(c, { tag: 'malformed_parameter', name: 'request', expected: 'the page was open for more than ten minutes' });
	const request = opened as AuthorizationRequest;
	const client = await resolveClient(c.var.operations.store, request.clientId, clientSettings(c));
	if (!client.ok) return refusalPage(c, client.reason);
	const decision = field(form, 'decision');
	if (decision === 'pick') return show(c, session, request, client.value, Number(field(form, 'account')));
	if (decision !== 'authorize' && decision !== 'read_only') return sendBack(c, request, { tag: 'access_denied' });
	const choice = await chooseAccount(c.var.operations.store, request, client.value, session.userId, Number(field(form, 'account')));
	if (!choice.ok || choice.value.kind !== 'consent') return refusalPage(c, choice.ok ? { tag: 'not_a_member' } : choice.reason);
	const ticked: readonly Scope[] = decision === 'read_only' ? ['read'] : tickedScopes(form);
	return grantCode(c, session, request, client.value, choice.value, ticked, days(field(form, 'days')));
});

/** The request once client, way back and parameters are in order; otherwise the answer: a page, or a redirect with the error. */
async function checkedRequest(c: Context<AppEnv>, parameters: URLSearchParams) {
	const resolved = await resolveClient(c.var.operations.store, parameters.get('client_id') ?? '', clientSettings(c));
	if (!resolved.ok && resolved.reason.tag !== 'unknown_client') return refusalPage(c, resolved.reason);
	const redirect = checkClientAndRedirect(parameters, resolved.ok ? resolved.value : null);
	if (!redirect.ok || !resolved.ok) return refusalPage(c, redirect.ok ? { tag: 'unknown_client' } : redirect.reason);
	const request = checkRequest(parameters, resolved.value, redirect.value, publicOrigin(c.env, c.req.url));
	if (request.ok) return { request: request.value, client: resolved.value };
	return sendBack(c, { redirectUri: redirect.value.redirectUri, state: parameters.get('state') }, request.reason);
}

async function show(c: Context<AppEnv>, session: Session, request: AuthorizationRequest, client: Client, picked: number | null) {
	const choice = await chooseAccount(c.var.operations.store, request, client, session.userId, picked);
	if (!choice.ok) return refusalPage(c, choice.reason);
	if (choice.value.kind === 'consent' && client.skipConsent) return grantCode(c, session, request, client, choice.value, choice.value.scopes, null);
	const csrf = await csrfToken(c, session);
	const sealed = await (await pageKey(c.env)).seal('authorization request', session.hash, request, c.var.operations.clock() + CONSENT_FORM_MS);
	const viewer = { email: session.email, csrf };
	return choice.value.kind === 'pick'
		? page(c, <PickerPage {...{ viewer, client, sealed, csrf }} accounts={choice.value.accounts} />)
		: page(
				c,
				<ConsentPage {...{ viewer, client, sealed, csrf }} account={choice.value.account} scopes={choice.value.scopes} redirectUri={request.redirectUri} />,
			);
}

type Granted = Extract<ConsentChoice, { kind: 'consent' }>;

async function grantCode(
	c: Context<AppEnv>,
	session: Session,
	request: AuthorizationRequest,
	client: Client,
	{ account }: Granted,
	ticked: Granted['scopes'],
	forDays: number | null,
): Promise<Response> {
	const { store, clock } = c.var.operations;
	const code = await issueCode(store, { request, client, account, userId: session.userId, ticked, days: forDays }, clock());
	if (!code.ok) return sendBack(c, request, code.reason);
	return c.redirect(redirectBack(request.redirectUri, publicOrigin(c.env, c.req.url), request.state, { code: code.value }), 303);
}

/** The error goes to the client's checked address with `state` and `iss` (RFC 6749 §4.1.2.1, RFC 9207). */
function sendBack(c: Context<AppEnv>, request: { readonly redirectUri: string; readonly state: string | null }, reason: Reason): Response {
	const { error, description } = toWire(reason);
	return c.redirect(redirectBack(request.redirectUri, publicOrigin(c.env, c.req.url), request.state, { error, error_description: description }), 303);
}

function days(text: string): number | null {
	const number = Number(text);
	return text !== '' && Number.isInteger(number) && number >= 1 && number <= 3650 ? number : null;
}
