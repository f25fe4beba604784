import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Frame, Page } from 'playwright-core';
import type { Ready } from '../support/gateway-process.ts';

const VIEW = 'http://view.test/';
const HOST = 'http://host.test/';

export interface ToolAnswer {
	readonly content: readonly { readonly type: string; readonly text: string }[];
	readonly structuredContent: Record<string, unknown>;
	readonly isError?: boolean;
}

export interface Gateway {
	ask<Result>(method: string, params?: object): Promise<Result>;
	call(name: string, given?: object): Promise<ToolAnswer>;
}

/** The gateway as a host's MCP client reaches it. */
export function gatewayOf({ mcp_url, token }: Ready): Gateway {
	async function ask<Result>(method: string, params: object = {}): Promise<Result> {
		const response = await fetch(mcp_url, {
			method: 'POST',
			headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
		});
		const { result, error } = (await response.json()) as { result?: Result; error?: { message: string } };
		if (result === undefined) throw new Error(`${method} was refused: ${error?.message}`);
		return result;
	}
	return { ask, call: (name, given = {}) => ask('tools/call', { name, arguments: given }) };
}

export interface Opened {
	readonly frame: Frame;
	/** What the view asked the network for beside its own document. */
	readonly requests: readonly string[];
	/** Every tool that the view called through the host. */
	readonly calls: readonly string[];
	readonly html: string;
}

interface Csp {
	readonly resourceDomains?: readonly string[];
	readonly connectDomains?: readonly string[];
}

/** Does with a tool's answer what a host does: reads the app that the tool names, frames it under the policy it asks for, and hands it the answer. */
export async function openApp(
	page: Page,
	gateway: Gateway,
	tool: string,
	given: object,
	{ result, passesCalls = true, context = {} }: { readonly result?: ToolAnswer; readonly passesCalls?: boolean; readonly context?: object } = {},
): Promise<Opened> {
	const { tools } = await gateway.ask<{ tools: { name: string; _meta?: { ui?: { resourceUri: string } } }[] }>('tools/list');
	const uri = tools.find(({ name }) => name === tool)?._meta?.ui?.resourceUri;
	const { contents } = await gateway.ask<{ contents: { text: string; _meta: { ui: { csp: Csp } } }[] }>('resources/read', { uri });
	const [{ text: html, _meta } = { text: '', _meta: { ui: { csp: {} } } }] = contents;
	const [requests, calls]: string[][] = [[], []];
	await page.route('**/*', (route) => {
		const url = route.request().url();
		if (url === HOST)
			return route.fulfill({ contentType: 'text/html', body: '<!doctype html><html lang="en"><title>Host</title><body><iframe title="View"></iframe>' });
		if (url === VIEW) return route.fulfill({ contentType: 'text/html', body: html, headers: { 'Content-Security-Policy': policyOf(_meta.ui.csp) } });
		requests?.push(url);
		return route.abort();
	});
	await page.goto(HOST);
	await page.evaluate(
		"Object.assign(document.body.style, { margin: 0 }); const f = document.querySelector('iframe'); f.sandbox = 'allow-scripts'; Object.assign(f.style, { border: 0, width: '100%', display: 'block' })",
	);
	await page.exposeFunction('callGateway', (params: { name: string; arguments: object }) => {
		calls?.push(params.name);
		return gateway.call(params.name, params.arguments);
	});
	await page.evaluate(await hostScript());
	const wanted = { capabilities: passesCalls ? { serverTools: {} } : {}, context, given, result: result ?? (await gateway.call(tool, given)) };
	await page.evaluate(`openView(${JSON.stringify(VIEW)}, ${JSON.stringify(wanted)})`);
	const frame = page.frame({ url: VIEW });
	if (frame === null) throw new Error('the view has no frame');
	return { frame, requests: requests ?? [], calls: calls ?? [], html };
}

/** As the protocol has hosts build it: inline only, and of the outside what the resource declared. */
function policyOf({ resourceDomains = [], connectDomains = [] }: Csp): string {
	const sources = (domains: readonly string[], ...own: string[]) => [...own, ...domains].join(' ') || "'none'";
	return [
		"default-src 'none'",
		`script-src ${sources(resourceDomains, "'self'", "'unsafe-inline'")}`,
		`style-src ${sources(resourceDomains, "'self'", "'unsafe-inline'")}`,
		`img-src ${sources(resourceDomains, "'self'", 'data:')}`,
		`connect-src ${sources(connectDomains)}`,
	].join('; ');
}

async function hostScript(): Promise<string> {
	const contents = readFileSync(join(import.meta.dirname, 'app-host.browser.txt'), 'utf8');
	const { outputFiles } = await build({ stdin: { contents, resolveDir: import.meta.dirname }, bundle: true, write: false, format: 'iife', logLevel: 'silent' });
	return outputFiles[0]?.text ?? '';
}
