import { type Context, Hono } from 'hono';
import type { Client } from '../../auth/client.ts';
import { authenticateClient, presentedClient } from '../../auth/client-authentication.ts';
import type { Result } from '../../auth/result.ts';
import { LIMITS } from '../../auth/session.ts';
import { clientCredentials, exchangeCode, refresh, revoke, type TokenAnswer } from '../../auth/token.ts';
import { attempt } from '../../operations/authorization/attempts.ts';
import { authPort } from '../../operations/authorization/auth-port.ts';
import { registerClient, resolveClient } from '../../operations/authorization/clients.ts';
import { passwordGrant } from '../../operations/authorization/password-grant.ts';
import type { AppEnv } from '../bindings.ts';
import { visitor } from '../session.ts';
import { readJsonBody, readParameters, refuseJson } from './respond.ts';
import { clientSettings, passwordGrantIsOn, tokenRules } from './settings.ts';

/** The endpoints that clients call themselves: register, token, revoke. None of them looks at cookies. */
export const tokenEndpoints = new Hono<AppEnv>();

tokenEndpoints.post('/oauth/register', async (c) => {
	const { store, clock } = c.var.operations;
	const counted = await attempt(store, LIMITS.register, visitor(c).network, clock());
	if (!counted.ok) return refuseJson(c, counted.reason);
	const registered = await registerClient(store, await readJsonBody(c), clock());
	return registered.ok ? c.json(registered.value, 201) : refuseJson(c, registered.reason);
});

tokenEndpoints.post('/oauth/token', async (c) => {
	const form = await readParameters(c);
	const counted = await countCall(c, form);
	if (!counted.ok) return refuseJson(c, counted.reason);
	const answer = await grant(c, form);
	if (!answer.ok) return refuseJson(c, answer.reason);
	c.header('Cache-Control', 'no-store');
	c.header('Pragma', 'no-cache');
	return c.json(answer.value);
});

tokenEndpoints.post('/oauth/revoke', async (c) => {
	const form = await readParameters(c);
	const counted = await countCall(c, form);
	if (!counted.ok) return refuseJson(c, counted.reason);
	const client = await callingClient(c, form);
	if (!client.ok) return refuseJson(c, client.reason);
	const revoked = await revoke(form, client.value, authPort(c.var.operations.store), c.var.operations.clock());
	return revoked.ok ? c.body(null, 200) : refuseJson(c, revoked.reason);
});

/** For the network and the client: what one client retries in a loop does not shut the others behind its address out. */
function countCall(c: Context<AppEnv>, form: URLSearchParams) {
	const { store, clock } = c.var.operations;
	return attempt(store, LIMITS.token, `${visitor(c).network}:${form.get('client_id') ?? ''}`, clock());
}

async function grant(c: Context<AppEnv>, form: URLSearchParams): Promise<Result<TokenAnswer | object>> {
	for (const name of ['grant_type', 'code', 'code_verifier', 'redirect_uri', 'refresh_token', 'scope']) {
		if (form.getAll(name).length > 1) return { ok: false, reason: { tag: 'repeated_parameter', name } };
	}
	const { store, clock } = c.var.operations;
	const [type, rules, port] = [form.get('grant_type'), tokenRules(c), authPort(store)];
	if (!type) return { ok: false, reason: { tag: 'missing_parameter', name: 'grant_type' } };
	if (type === 'password' && passwordGrantIsOn(c)) return passwordGrant(store, form, visitor(c).network, clock());
	const rule = RULES.get(type);
	if (rule === undefined) return { ok: false, reason: { tag: 'unsupported_grant_type', given: type } };
	const client = await callingClient(c, form);
	return client.ok ? rule(form, client.value, port, rules, clock()) : client;
}

const RULES: ReadonlyMap<string, typeof exchangeCode> = new Map([
	['authorization_code', exchangeCode],
	['refresh_token', refresh],
	['client_credentials', clientCredentials],
]);

async function callingClient(c: Context<AppEnv>, form: URLSearchParams): Promise<Result<Client>> {
	const presented = presentedClient(c.req.header('authorization') ?? null, form);
	if (!presented.ok) return presented;
	const client = await resolveClient(c.var.operations.store, presented.value.id, clientSettings(c));
	return client.ok ? authenticateClient(presented.value, client.value) : client;
}
