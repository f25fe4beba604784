import pico from '@picocss/pico/css/pico.classless.min.css';
import { type Context, Hono } from 'hono';
import script from '../assets/headgate.browser.txt';
import sheet from '../assets/headgate.css';
import logo from '../assets/headgate.svg';
import account from '../assets/icons/account.svg';
import clusters from '../assets/icons/clusters.svg';
import components from '../assets/icons/components.svg';
import connections from '../assets/icons/connections.svg';
import packages from '../assets/icons/packages.svg';
import published from '../assets/icons/published.svg';
import runs from '../assets/icons/runs.svg';
import schedules from '../assets/icons/schedules.svg';
import search from '../assets/icons/search.svg';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { buildExtension, extensionFile } from './extension.ts';

/** The pictures of the groups of tools, by toolset: tools/list names them by their address. */
const ICONS: Readonly<Record<string, string>> = { account, clusters, components, connections, packages, published, runs, schedules, search };

/** The style sheet, the small script, the pictures, and the desktop extension. */
export const assets = new Hono<AppEnv>();

assets.get('/assets/headgate.css', (c) => served(c, `${pico}\n${sheet}`, 'text/css; charset=utf-8'));
assets.get('/assets/headgate.js', (c) => served(c, script, 'text/javascript; charset=utf-8'));
assets.get('/assets/headgate.svg', (c) => served(c, logo, 'image/svg+xml'));

assets.get('/assets/icons/:file', (c) => {
	const toolset = /^([a-z]+)\.svg$/.exec(c.req.param('file'))?.[1];
	if (toolset === undefined || !Object.hasOwn(ICONS, toolset)) return c.notFound();
	return served(c, ICONS[toolset] ?? '', 'image/svg+xml');
});

assets.get('/downloads/:file{headgate(\\.staging)?\\.mcpb}', (c) => {
	const { file } = extensionFile(c.env);
	if (c.req.param('file') !== file) return c.notFound();
	const built = buildExtension(c.env, publicOrigin(c.env, c.req.url));
	return c.body(built, 200, { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename="${file}"` });
});

function served(c: Context<AppEnv>, text: string, type: string): Response {
	return c.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=3600' });
}
