import { ok, type Result, refuse } from './result.ts';

/** What a token is for: one account's gateway, or the gateway of whichever account the person picks. */
export type Resource = { readonly kind: 'account'; readonly slug: string } | { readonly kind: 'picked' };

const SLUG_PATH = /^\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/api\/mcp\/?$/;

/**
 * Reads the `resource` parameters of a request (RFC 8707). Absent, `/mcp` and the bare origin (some clients strip the path)
 * leave the account open; a trailing slash is taken; anything else is refused. Only the configured issuer counts, never the Host header.
 */
export function parseResource(values: readonly string[], issuer: string): Result<Resource> {
	const distinct = [...new Set(values)];
	if (distinct.length > 1) return refuse({ tag: 'several_resources' });
	const [given] = distinct;
	if (given === undefined || given === '') return ok({ kind: 'picked' });
	if (!URL.canParse(given)) return refuse({ tag: 'unknown_resource', given });
	const url = new URL(given);
	if (url.origin !== issuer || url.hash !== '' || url.username !== '' || url.password !== '') return refuse({ tag: 'unknown_resource', given });
	if (url.pathname === '/' || url.pathname === '/mcp' || url.pathname === '/mcp/') return ok({ kind: 'picked' });
	const slug = SLUG_PATH.exec(url.pathname)?.[1];
	return slug === undefined ? refuse({ tag: 'unknown_resource', given }) : ok({ kind: 'account', slug });
}

/** The URL of an account's gateway: the `resource` of its metadata, to the letter what the person typed (RFC 9728 §3.3). */
export function resourceUrl(issuer: string, slug: string): string {
	return `${issuer}/${slug}/api/mcp`;
}

/** Where that metadata is: the well-known name goes between host and path (RFC 9728 §3.1). */
export function resourceMetadataUrl(issuer: string, slug: string | null): string {
	return `${issuer}/.well-known/oauth-protected-resource${slug === null ? '/mcp' : `/${slug}/api/mcp`}`;
}
