import type { Context } from 'hono';
import { html } from 'hono/html';
import { version } from '../../../package.json';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';

/** What this is and how to connect, for whoever opens the address in a browser or with curl. */
export function home(c: Context<AppEnv>): Response | Promise<Response> {
	const origin = publicOrigin(c.env, c.req.url);
	const endpoint = `${origin}/ACCOUNT/api/mcp`;
	if (!(c.req.header('accept') ?? '').includes('text/html')) {
		return c.text(`Headgate ${version}: an MCP gateway for data pipelines.\nConnect an assistant to POST ${endpoint} with a bearer token.\n`);
	}
	c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
	return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Headgate</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem}code{background:#8882;padding:.1em .3em;border-radius:.2em}</style></head>
<body><h1>Headgate ${version}</h1>
<p>An MCP gateway for data pipelines: an assistant connected here can see, build, run and repair the packages of one account.</p>
<p>Connect it to <code>${endpoint}</code> with a bearer token, for instance</p>
<p><code>claude mcp add --transport http headgate ${endpoint} --header "Authorization: Bearer TOKEN"</code></p>
<p>The package format is described at <a href="/schemas/package.json">/schemas/package.json</a>.</p></body></html>`);
}
