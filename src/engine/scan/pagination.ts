import { parseJsonExact } from '../../data/json.ts';
import { parseJsonPath, valueAtJsonPath } from '../../data/jsonpath.ts';
import { sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { HttpRequestSpec, HttpSource, Pagination } from '../../plan/endpoints.ts';

/** Which page comes next. Plain JSON. */
export interface PageState {
	/** Page number or first row, by the scheme. */
	readonly number: number;
	/** A cursor, or a whole address, as the last answer gave it. */
	readonly cursor: string | null;
	/** Of the last answer: two equal ones in a row mean that the API does not page as it was told to. */
	readonly digest: string | null;
	/** Cursors were followed so often, and the one of then that would mean a circle if it came again. */
	readonly followed?: number;
	readonly anchor?: string;
}

export interface PageAnswer {
	readonly bytes: Uint8Array;
	/** Records found in it. */
	readonly found: number;
	/** Its Link header. */
	readonly link: string | null;
}

/** Where APIs put the address of the next page. */
const NEXT_PATHS = [
	'$.next',
	'$.links.next',
	'$.links.next.href',
	"$['@odata.nextLink']",
	'$.paging.next',
	'$.pagination.next',
	'$.meta.next',
	'$.next_page_url',
	'$.next_url',
	'$.nextPageUrl',
	'$.nextLink',
].map(parseJsonPath);

/** What to do about an answer of 400 and above. */
export function hintOfStatus(status: number): string {
	if (status === 404) return 'Check the path.';
	return status === 401 || status === 403 ? 'Check the credentials of the connection.' : 'Check path, query and body.';
}

/** How many records an API says there are in all: `X-Total-Count: 1234`, `Content-Range: items 0-99/1234`. */
export function totalOf(headers: Headers): number | null {
	const said = headers.get('X-Total-Count') ?? headers.get('X-Total') ?? /\/(\d+)$/.exec(headers.get('Content-Range') ?? '')?.[1] ?? '';
	return /^\d{1,15}$/.test(said.trim()) ? Number(said) : null;
}

/** The address (or cursor) of the next page that `auto` would follow. */
export function nextPageAt(link: string | null, document: unknown): string | null {
	return linkedNext(link) ?? textIn(document, NEXT_PATHS);
}

export function firstPage(pagination: Pagination): PageState {
	return { number: pagination.scheme === 'page' ? pagination.firstPage : 0, cursor: null, digest: null };
}

/** What to send for a page. */
export function requestOf({ request, pagination }: HttpSource, page: PageState): HttpRequestSpec {
	switch (pagination.scheme) {
		case 'page':
			return withQuery(request, {
				[pagination.pageParam]: String(page.number),
				...(pagination.size === null ? {} : { [pagination.sizeParam]: String(pagination.size) }),
			});
		case 'offset':
			return withQuery(request, { [pagination.offsetParam]: String(page.number), [pagination.sizeParam]: String(pagination.size) });
		case 'cursor':
			if (page.cursor === null) return request;
			return isAddress(page.cursor) ? { ...request, path: page.cursor, query: {} } : withQuery(request, { [pagination.cursorParam]: page.cursor });
		default:
			// The address says everything; what it does not say about the origin the connection refuses.
			return page.cursor === null ? request : { ...request, path: page.cursor, query: {} };
	}
}

/** The page behind an answer; null where it was the last. */
export async function nextPage(source: HttpSource, page: PageState, answer: PageAnswer): Promise<PageState | null> {
	const { pagination } = source;
	if (pagination.scheme === 'none' || answer.found === 0) return null;
	const digest = await sha256Hex(answer.bytes.slice());
	switch (pagination.scheme) {
		case 'page':
		case 'offset':
			if (digest === page.digest)
				throw unmoved(
					`two pages in a row were the same; the API seems not to know the parameter ${pagination.scheme === 'page' ? pagination.pageParam : pagination.offsetParam}`,
				);
			return { number: page.number + (pagination.scheme === 'page' ? 1 : answer.found), cursor: null, digest };
		case 'cursor':
			return following(page, textAt(answer, [parseJsonPath(pagination.cursorPath)]), digest);
		case 'link_header':
			return following(page, linkedNext(answer.link), digest);
		case 'auto':
			return following(page, linkedNext(answer.link) ?? textAt(answer, NEXT_PATHS), digest);
	}
}

function following(page: PageState, cursor: string | null, digest: string): PageState | null {
	if (cursor === null || cursor === '') return null;
	if (cursor === page.cursor) throw unmoved(`the answer names itself as the next page (${cursor.slice(0, 100)})`);
	if (cursor === page.anchor) throw unmoved(`the pages go in a circle: ${cursor.slice(0, 100)} came for the second time as the next one`);
	const followed = (page.followed ?? 0) + 1;
	// Brent's way to find a circle: remembering one cursor, and another at each power of two, is enough.
	const anchor = (followed & (followed - 1)) === 0 ? cursor : page.anchor;
	return { number: page.number + 1, cursor, digest, followed, ...(anchor === undefined ? {} : { anchor }) };
}

function textAt(answer: PageAnswer, paths: readonly ReturnType<typeof parseJsonPath>[]): string | null {
	return textIn(parseJsonExact(new TextDecoder().decode(answer.bytes)), paths);
}

function textIn(document: unknown, paths: readonly ReturnType<typeof parseJsonPath>[]): string | null {
	for (const path of paths) {
		const value = valueAtJsonPath(path, document);
		if (typeof value === 'string') return value;
		// 0 is how some APIs say that there is no more; none begins a page that comes next.
		if (typeof value === 'number') return value === 0 ? null : String(value);
	}
	return null;
}

/** The target of `rel=next` (RFC 8288). */
export function linkedNext(header: string | null): string | null {
	for (const [, target, parameters] of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[^;,"=]+(?:=(?:"[^"]*"|[^;,"]*))?)*)/g)) {
		if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i.test(parameters ?? '')) return target ?? null;
	}
	return null;
}

function isAddress(cursor: string): boolean {
	return /^https?:\/\//i.test(cursor);
}

function withQuery(request: HttpRequestSpec, query: Readonly<Record<string, string>>): HttpRequestSpec {
	return { ...request, query: { ...request.query, ...query } };
}

function unmoved(message: string): AppError {
	return new AppError('invalid_input', message, { hint: 'Check the pagination settings against the documentation of the API.' });
}
