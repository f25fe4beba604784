import { type ReadResourceResult, ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { Caller } from '../dispatch.ts';
import { visibleTools } from '../policy/visible.ts';
import { APPS } from './index.ts';
import { APP_MIME } from './mcp-app.ts';
import { appPage } from './page.ts';

/** What the host is asked for: no network, no resources, no frames, no other base. */
const UI = { csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] }, prefersBorder: true } as const;

export function isAppUri(uri: string): boolean {
	return uri.startsWith('ui://');
}

/** An app says nothing of any account; it is given to those who may call a tool whose answers it draws. */
export async function readApp(uri: string, { principal, operations }: Caller): Promise<ReadResourceResult> {
	const app = APPS.find((each) => each.uri === uri);
	const { byName } = await visibleTools(principal, operations);
	if (app === undefined || !app.tools.some((tool) => byName.has(tool))) throw new ResourceNotFoundError(uri);
	return { contents: [{ uri, mimeType: APP_MIME, text: await appPage(app), _meta: { ui: UI } }] };
}
