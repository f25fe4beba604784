import { Hono } from 'hono';
import { packageJsonSchema } from './catalogue/json-schema.ts';
import { adminApi } from './http/api/admin.ts';
import { filesApi } from './http/api/files.ts';
import { runLogApi } from './http/api/run-log.ts';
import type { AppEnv } from './http/bindings.ts';
import { operations } from './http/context.ts';
import { dashboard } from './http/dashboard/index.tsx';
import { notFound, onError } from './http/errors.ts';
import { mcpEndpoint } from './http/mcp.ts';
import { cors } from './http/middleware/cors.ts';
import { host } from './http/middleware/host.ts';
import { requestId } from './http/middleware/request-id.ts';
import { oauth } from './http/oauth/index.ts';
import { home } from './http/pages/home.tsx';
import type { Surface } from './mcp/surface.ts';
import { TOOLS } from './mcp/tools/index.ts';

/** Everything that answers HTTP: the order of the checks, then who serves what. `surface` is what is behind MCP. */
export function createApp(surface: Surface): Hono<AppEnv> {
	const app = new Hono<AppEnv>({ strict: false });

	app.onError(onError);
	app.notFound(notFound);

	app.use('*', requestId);
	app.get('/healthz', (c) => c.json({ status: 'ok' }));
	app.use('*', host, operations);
	app.route('/', oauth);
	app.use('*', cors);
	app.use('*', async (c, next) => {
		c.set('tools', TOOLS);
		await next();
	});

	app.route('/', dashboard);
	app.get('/', home);
	app.get('/schemas/package.json', (c) => c.json(packageJsonSchema(), 200, { 'Content-Type': 'application/schema+json' }));
	app.route('/api/admin', adminApi);
	app.route('/', filesApi);
	app.route('/', runLogApi);
	app.route('/', mcpEndpoint(surface));
	return app;
}
