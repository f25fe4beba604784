import { type ClientMetadata, checkClientDocument } from './client-metadata.ts';
import { ok, type Result, refuse } from './result.ts';

/**
 * Client ID metadata documents: the client id *is* an https URL, and what is there says who the client is.
 * Fetching an address that a stranger chose is a server-side request forgery waiting to happen, so the address is judged
 * before the request, redirects are not followed, and size and time are bounded.
 */

const MAX_BYTES = 16 * 1024;
const TIMEOUT_MS = 5000;
const MIN_CACHE_SECONDS = 60;
const MAX_CACHE_SECONDS = 86_400;

export interface FetchedDocument {
	readonly metadata: ClientMetadata;
	/** How long it may be kept, from its own headers, at least a minute and at most a day. */
	readonly cacheSeconds: number;
}

export function isDocumentUrl(clientId: string, allowHttpLoopback: boolean): boolean {
	return documentUrlFault(clientId, allowHttpLoopback) === null;
}

/** Why a client id is not a URL that is fetched, or null when it is. */
export function documentUrlFault(clientId: string, allowHttpLoopback: boolean): string | null {
	if (clientId.length > 2048 || !URL.canParse(clientId)) return 'is not a URL';
	const url = new URL(clientId);
	const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\./.test(url.hostname);
	if (allowHttpLoopback && loopback && (url.protocol === 'http:' || url.protocol === 'https:')) return url.pathname === '/' ? 'has no path' : null;
	if (url.protocol !== 'https:') return 'is not https';
	if (url.username !== '' || url.password !== '' || clientId.includes('#')) return 'carries credentials or a fragment';
	if (url.pathname === '/') return 'has no path';
	if (/(^|\/)\.{1,2}(\/|$)/.test(clientId.slice(url.origin.length))) return 'has dots in its path';
	if (url.port !== '' && url.port !== '443') return 'names a port';
	if (isPrivateHost(url.hostname)) return 'is on a private network';
	return null;
}

/** IP literals of any spelling (the URL parser has already made them canonical), single-label names and names that are never public. */
function isPrivateHost(host: string): boolean {
	if (host.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return true;
	const name = host.replace(/\.$/, '');
	if (!name.includes('.')) return true;
	return /\.(?:local|localhost|internal|intranet|lan|home|corp|private|test|example|invalid|onion|arpa)$/.test(name);
}

/**
 * Gets and checks a document. `get` is the platform's fetch; on Cloudflare's network it cannot reach private addresses, which
 * closes what name resolution could still open.
 */
export async function fetchClientDocument(url: string, get: typeof fetch, allowHttpLoopback: boolean): Promise<Result<FetchedDocument>> {
	const fault = documentUrlFault(url, allowHttpLoopback);
	if (fault !== null)
		return refuse({ tag: 'client_document_unreachable', why: `The client id ${url.slice(0, 100)} ${fault}, so its metadata document is not fetched.` });
	const unreachable = (why: string) => refuse({ tag: 'client_document_unreachable', why: `The client's metadata document at ${url} ${why}.` });
	let response: Response;
	try {
		response = await get(url, { redirect: 'manual', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
	} catch {
		return unreachable(`did not answer within ${TIMEOUT_MS / 1000} s`);
	}
	if (response.status !== 200) {
		await response.body?.cancel();
		return unreachable(`answered ${response.status}; it must answer 200 itself, redirects are not followed`);
	}
	const text = await readBounded(response);
	if (text === null) return unreachable(`is larger than ${MAX_BYTES / 1024} kB or was cut off`);
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		return unreachable('is not JSON');
	}
	const checked = checkClientDocument(url, body);
	return checked.ok ? ok({ metadata: checked.value, cacheSeconds: cacheSeconds(response.headers) }) : checked;
}

async function readBounded(response: Response): Promise<string | null> {
	if (response.body === null) return '';
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	try {
		for await (const chunk of response.body as ReadableStream<Uint8Array>) {
			bytes += chunk.byteLength;
			if (bytes > MAX_BYTES) return null;
			text += decoder.decode(chunk, { stream: true });
		}
	} catch {
		return null;
	}
	return text + decoder.decode();
}

/** RFC 9111: `no-store` and `max-age`, kept within our own bounds. */
function cacheSeconds(headers: Headers): number {
	const control = headers.get('Cache-Control') ?? '';
	if (/\bno-(?:store|cache)\b/i.test(control)) return MIN_CACHE_SECONDS;
	const maxAge = /\bmax-age=(\d{1,9})\b/i.exec(control)?.[1];
	const seconds = maxAge === undefined ? 3600 : Number(maxAge);
	return Math.min(Math.max(seconds, MIN_CACHE_SECONDS), MAX_CACHE_SECONDS);
}
