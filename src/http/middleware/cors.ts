import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../lib/errors.ts';
import type { AppEnv } from '../bindings.ts';
import { isLoopback, listed, publicOrigin } from '../public-origin.ts';

const METHODS = 'GET, POST, PUT, DELETE, OPTIONS';
const HEADERS = [
	'Authorization',
	'Content-Type',
	'Accept',
	'MCP-Protocol-Version',
	'Mcp-Method',
	'Mcp-Name',
	'Mcp-Session-Id',
	'Last-Event-ID',
	'X-Chat-Id',
	'X-Read-Only-Mode',
	'X-Allowed-Tools',
	'X-Disallowed-Tools',
];
const EXPOSED = 'WWW-Authenticate, Mcp-Session-Id, X-Request-Id, Retry-After, ETag';
const PREFLIGHT_SECONDS = '7200';

/**
 * Browsers may call from the gateway's own origin, from loopback (the Inspector, local clients) and from configured ones; a
 * request from any other page is refused before anything is done. Programs send no Origin. Preflights carry no token.
 */
export const cors: MiddlewareHandler<AppEnv> = async (c, next) => {
	const origin = c.req.header('origin');
	if (origin !== undefined && !mayCall(origin, c.env, c.req.url)) {
		throw new AppError('forbidden', `Pages of ${origin.slice(0, 200)} may not call this gateway.`, {
			hint: 'Whoever runs it names further origins in HEADGATE_ALLOWED_ORIGINS.',
		});
	}
	const preflight = c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
	if (preflight) c.res = new Response(null, { status: 204, headers: preflightHeaders(c.req.header('access-control-request-headers')) });
	else await next();
	if (origin === undefined) return;
	c.res.headers.set('Access-Control-Allow-Origin', origin);
	c.res.headers.set('Access-Control-Expose-Headers', EXPOSED);
	c.res.headers.append('Vary', 'Origin');
};

function mayCall(origin: string, env: Env, requestUrl: string): boolean {
	if (!URL.canParse(origin)) return false;
	const url = new URL(origin);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return listed(env.HEADGATE_ALLOWED_ORIGINS).includes(origin);
	return (
		isLoopback(url.hostname) ||
		origin === publicOrigin(env, requestUrl) ||
		origin === new URL(requestUrl).origin ||
		listed(env.HEADGATE_ALLOWED_ORIGINS).includes(origin)
	);
}

/** Tool arguments may travel as `Mcp-Param-<name>` headers, whose names nobody can list beforehand: those asked for are granted. */
function preflightHeaders(asked: string | undefined): Record<string, string> {
	const parameters = listed(asked).filter((name) => /^mcp-param-[a-z0-9_-]{1,64}$/i.test(name));
	return {
		'Access-Control-Allow-Methods': METHODS,
		'Access-Control-Allow-Headers': [...HEADERS, ...parameters].join(', '),
		'Access-Control-Max-Age': PREFLIGHT_SECONDS,
		Vary: 'Access-Control-Request-Headers',
	};
}
