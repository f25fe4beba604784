/** Which redirect URIs may be registered, and when one in a request is one that was. */

const MAX_LENGTH = 2048;

/** Schemes that a browser would run or read locally: a redirect there is an attack, whoever asks for it. */
const FORBIDDEN_SCHEMES = new Set([
	'javascript:',
	'data:',
	'file:',
	'vbscript:',
	'about:',
	'blob:',
	'view-source:',
	'filesystem:',
	'ws:',
	'wss:',
	'ftp:',
	'mailto:',
	'tel:',
]);

/** Hosts whose port is ignored (RFC 8252 §7.3). `localhost` too: Claude Code registers it without a port and uses another each time. */
const LOOPBACK_HOSTS = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Why a URI cannot be registered, or null when it can. */
export function registrationFault(uri: string): string | null {
	if (uri.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
	if (hasControlOrSpace(uri)) return 'contains white space or control characters';
	if (!URL.canParse(uri)) return 'is not an absolute URI';
	const url = new URL(uri);
	if (uri.includes('#')) return 'has a fragment, which RFC 6749 §3.1.2 forbids';
	if (url.username !== '' || url.password !== '') return 'carries credentials';
	if (FORBIDDEN_SCHEMES.has(url.protocol)) return `has the scheme ${url.protocol} which is never redirected to`;
	if (url.protocol === 'https:') return null;
	if (url.protocol === 'http:') return LOOPBACK_HOSTS.has(url.hostname) ? null : 'is plain http to a host that is not loopback; use https';
	return null; // A native application's own scheme (RFC 8252 §7.1), such as cursor:// or vscode://.
}

/**
 * Exact comparison of the text (OAuth 2.1 §2.3.1), except that the port of an http loopback URI is free (RFC 8252 §7.3).
 * The loopback hosts are not interchangeable, and normalisation by the URL parser never decides: both spellings must agree.
 */
export function redirectUriMatches(registered: string, given: string): boolean {
	if (registered === given) return true;
	if (hasControlOrSpace(given) || !URL.canParse(given) || !URL.canParse(registered)) return false;
	const a = new URL(registered);
	const b = new URL(given);
	if (a.protocol !== 'http:' || b.protocol !== 'http:' || !LOOPBACK_HOSTS.has(a.hostname)) return false;
	if (b.username !== '' || b.password !== '' || given.includes('#')) return false;
	return a.hostname === b.hostname && withoutPort(registered) === withoutPort(given);
}

/** Host and scheme as the consent screen names them: `claude.ai`, `127.0.0.1 (this computer)`, `the application cursor`. */
export function redirectTarget(uri: string): string {
	const url = new URL(uri);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return `the application “${url.protocol.slice(0, -1)}”`;
	return LOOPBACK_HOSTS.has(url.hostname) ? `${url.hostname} (this computer)` : url.host;
}

/** The hosts of a set of URIs, sorted: part of the key by which a re-registered client is recognised. */
export function redirectHosts(uris: readonly string[]): string {
	const hosts = uris.map((uri) => {
		const url = new URL(uri);
		return url.protocol === 'http:' || url.protocol === 'https:' ? url.hostname : url.protocol;
	});
	return [...new Set(hosts)].sort().join(' ');
}

/** `http://localhost:33418/callback?x` → `http://localhost/callback?x`; a path is never empty. */
function withoutPort(uri: string): string {
	const match = /^(http:\/\/(?:\[[^\]]*\]|[^/:?#]*))(?::\d*)?(.*)$/i.exec(uri);
	if (match === null) return uri;
	const [, origin = '', rest = ''] = match;
	return origin.toLowerCase() + (rest.startsWith('/') ? rest : `/${rest}`);
}

/** Spaces, C0 and C1 controls and backslashes: parsers drop or bend them, so two readers may see two addresses. */
function hasControlOrSpace(uri: string): boolean {
	for (const character of uri) {
		const code = character.codePointAt(0) ?? 0;
		if (code <= 0x20 || (code >= 0x7f && code <= 0xa0) || character === '\\') return true;
	}
	return false;
}
