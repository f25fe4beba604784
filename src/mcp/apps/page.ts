import bridge from './bridge.browser.txt';
import type { App } from './mcp-app.ts';
import common from './page.css';

/** Made once an isolate: they are the same for everybody. */
const made = new Map<App, string>();

/**
 * The app as one HTML document. It needs nothing from anywhere, and its own policy, on top of the host's, admits exactly the style
 * sheet and the script written here: markup smuggled in with data could neither run nor load anything.
 */
export async function appPage(app: App): Promise<string> {
	const known = made.get(app);
	if (known !== undefined) return known;
	const style = `${common}${app.style}`;
	const script = `'use strict';\n{\n${bridge}\n${app.script}}\n`;
	const policy = `default-src 'none'; style-src '${await sourceHash(style)}'; script-src '${await sourceHash(script)}'; base-uri 'none'; form-action 'none'`;
	const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width">`;
	const html = `<!doctype html>\n<html lang="en">\n<head>${head}<title>${app.title}</title><style>${style}</style></head>\n<body><main><p class="quiet" role="status">Waiting for the answer …</p></main><script>${script}</script></body>\n</html>\n`;
	made.set(app, html);
	return html;
}

async function sourceHash(source: string): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(source));
	return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
