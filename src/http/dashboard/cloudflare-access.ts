import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { UpstreamIdentity } from '../../operations/authorization/upstream.ts';

/**
 * Who Cloudflare Access let in, from the assertion it adds to each request. The header alone proves nothing, for anybody can
 * send it to an address that Access does not guard: signature, issuer and audience are checked. Null when they do not hold.
 */
export async function identifyByAccess(team: string, audience: string, assertion: string): Promise<UpstreamIdentity | null> {
	if (team === '' || audience === '' || assertion === '') return null;
	const issuer = team.startsWith('https://') ? team.replace(/\/$/, '') : `https://${team}.cloudflareaccess.com`;
	try {
		const { payload } = await jwtVerify(assertion, createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`)), { issuer, audience });
		const email = payload['email'];
		if (typeof email !== 'string' || payload.sub === undefined || payload.sub === '') return null;
		return { issuer, subject: payload.sub, email, emailVerified: true };
	} catch {
		return null;
	}
}
