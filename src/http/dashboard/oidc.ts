import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import type { UpstreamIdentity } from '../../operations/authorization/upstream.ts';

export interface OidcSettings {
	readonly issuer: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly redirectUri: string;
}

const discoverySchema = z.object({ issuer: z.string(), authorization_endpoint: z.url(), token_endpoint: z.url(), jwks_uri: z.url() });
const claimsSchema = z.object({
	sub: z.string().min(1),
	nonce: z.string(),
	email: z.string().optional(),
	email_verified: z.union([z.boolean(), z.literal('true')]).optional(),
});

/** Where the browser is sent to sign in, with PKCE, state and nonce. */
export async function authorizationUrl(
	settings: OidcSettings,
	attempt: { readonly state: string; readonly nonce: string; readonly verifier: string },
): Promise<string> {
	const { authorization_endpoint } = await discover(settings.issuer);
	const url = client(settings).createAuthorizationURLWithPKCE(authorization_endpoint, attempt.state, CodeChallengeMethod.S256, attempt.verifier, [
		'openid',
		'email',
	]);
	url.searchParams.set('nonce', attempt.nonce);
	return url.href;
}

/** Trades the code for an ID token and checks signature, issuer, audience, time and nonce (OpenID Connect Core §3.1.3.7). Null when any fails. */
export async function identify(
	settings: OidcSettings,
	answer: { readonly code: string; readonly verifier: string; readonly nonce: string },
): Promise<UpstreamIdentity | null> {
	const found = await discover(settings.issuer);
	try {
		const tokens = await client(settings).validateAuthorizationCode(found.token_endpoint, answer.code, answer.verifier);
		const { payload } = await jwtVerify(tokens.idToken(), createRemoteJWKSet(new URL(found.jwks_uri)), { issuer: found.issuer, audience: settings.clientId });
		const claims = claimsSchema.parse(payload);
		if (claims.nonce !== answer.nonce) return null;
		return {
			issuer: found.issuer,
			subject: claims.sub,
			email: claims.email ?? null,
			emailVerified: claims.email_verified === true || claims.email_verified === 'true',
		};
	} catch {
		return null;
	}
}

function client(settings: OidcSettings): OAuth2Client {
	return new OAuth2Client(settings.clientId, settings.clientSecret === '' ? null : settings.clientSecret, settings.redirectUri);
}

async function discover(issuer: string): Promise<z.output<typeof discoverySchema>> {
	const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
	// workerd knows no `redirect: 'error'`; a redirect that is not followed is no 200 either.
	const response = await fetch(url, { headers: { Accept: 'application/json' }, redirect: 'manual', signal: AbortSignal.timeout(10_000) }).catch(() => null);
	const parsed = discoverySchema.safeParse(response?.ok ? await response.json().catch(() => null) : null);
	// OpenID Connect Discovery §4.3: the issuer inside must be the one that was asked, or another could answer in its place.
	if (parsed.success && parsed.data.issuer.replace(/\/$/, '') === issuer.replace(/\/$/, '')) return parsed.data;
	throw new AppError('upstream', 'The sign-in provider does not answer as it should.', {
		hint: `Whoever runs this gateway checks HEADGATE_OIDC_ISSUER: ${url} must be readable.`,
	});
}
