import { type Context, Hono } from 'hono';
import { CLIENT_AUTH_METHODS } from '../../auth/client.ts';
import { ALL_SCOPES } from '../../auth/scopes.ts';
import { AppError } from '../../lib/errors.ts';
import { findAccount } from '../../operations/provisioning/accounts.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';

/** Discovery: who issues tokens (RFC 8414) and for what (RFC 9728). Clients probe several spellings; all give the same document. */
export const metadata = new Hono<AppEnv>();

for (const name of ['oauth-authorization-server', 'openid-configuration']) {
	metadata.get(`/.well-known/${name}`, issuerDocument);
	metadata.get(`/.well-known/${name}/mcp`, issuerDocument);
	metadata.get(`/.well-known/${name}/:account/api/mcp`, issuerDocument);
	metadata.get(`/mcp/.well-known/${name}`, issuerDocument);
	metadata.get(`/:account/api/mcp/.well-known/${name}`, issuerDocument);
}
metadata.get('/.well-known/oauth-protected-resource/mcp', (c) => c.json(resourceDocument(c, `${publicOrigin(c.env, c.req.url)}/mcp`)));
metadata.get('/.well-known/oauth-protected-resource/:account/api/mcp', async (c) => {
	const name = c.req.param('account');
	const account = await findAccount(c.var.operations, name);
	if (account !== null && !account.gateway_enabled) {
		throw new AppError('forbidden', 'The MCP gateway is switched off for this account.', { hint: 'An owner of the account can switch it on.' });
	}
	// An account that does not exist has a document like any other: discovery tells a stranger nothing.
	return c.json(resourceDocument(c, `${publicOrigin(c.env, c.req.url)}/${encodeURIComponent(name)}/api/mcp`));
});

function issuerDocument(c: Context<AppEnv>): Response {
	const issuer = publicOrigin(c.env, c.req.url);
	return c.json({
		issuer,
		authorization_endpoint: `${issuer}/oauth/authorize`,
		token_endpoint: `${issuer}/oauth/token`,
		registration_endpoint: `${issuer}/oauth/register`,
		revocation_endpoint: `${issuer}/oauth/revoke`,
		scopes_supported: ALL_SCOPES,
		response_types_supported: ['code'],
		response_modes_supported: ['query'],
		grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
		token_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
		revocation_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
		code_challenge_methods_supported: ['S256'],
		authorization_response_iss_parameter_supported: true,
		client_id_metadata_document_supported: true,
		service_documentation: `${issuer}/`,
	});
}

function resourceDocument(c: Context<AppEnv>, resource: string): object {
	const issuer = publicOrigin(c.env, c.req.url);
	return {
		resource,
		authorization_servers: [issuer],
		scopes_supported: ALL_SCOPES,
		bearer_methods_supported: ['header'],
		resource_name: 'Headgate',
		resource_documentation: `${issuer}/`,
	};
}
