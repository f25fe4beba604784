import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { AppEnv } from '../bindings.ts';
import { tell } from '../errors.ts';
import { metadata } from './metadata.ts';
import { tokenEndpoints } from './token.ts';

/**
 * What clients call themselves, open to every origin: none of it looks at cookies, and clients that live in a browser must reach
 * it from wherever they are served. The authorization page, which does, is the dashboard's neighbour.
 */
export const oauth = new Hono<AppEnv>();

const open = cors({
	origin: '*',
	allowMethods: ['GET', 'POST', 'OPTIONS'],
	allowHeaders: ['Authorization', 'Content-Type', 'MCP-Protocol-Version'],
	exposeHeaders: ['WWW-Authenticate', 'Retry-After'],
	maxAge: 7200,
});
for (const path of ['/.well-known/*', '/mcp/.well-known/*', '/:account/api/mcp/.well-known/*', '/oauth/token', '/oauth/register', '/oauth/revoke'])
	oauth.use(path, open);

oauth.onError((error, c) => {
	const { status, message, hint } = tell(error, c);
	const code = status === 403 ? 'access_denied' : status === 413 ? 'invalid_request' : 'server_error';
	return c.json({ error: code, error_description: `${message} ${hint}` }, status);
});

oauth.route('/', metadata);
oauth.route('/', tokenEndpoints);
