import { type Context, Hono } from 'hono';
import type { FileInfo } from '../../connectors/connector.ts';
import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { Principal, Scope } from '../../model/principal.ts';
import { authenticate, demandScope, demandTool } from '../authenticate.ts';
import type { AppEnv } from '../bindings.ts';
import { embeddedFiles } from '../context.ts';
import { byteRange } from './byte-range.ts';
import { uploadStream } from './upload.ts';

/** Files of the account's embedded storage: bearer only, never a cookie, so that no page can read them with a visitor's session. */
export const filesApi = new Hono<AppEnv>();

filesApi.get('/:account/api/files', async (c) => {
	const principal = await mayMoveFiles(c, 'read');
	const store = await embeddedFiles(c.var.operations, principal.account.id);
	const { files, after } = await store.list({ bucket: null, prefix: c.req.query('prefix') ?? '', after: c.req.query('after') ?? null });
	return c.json({ files: files.map(view), after });
});

filesApi.get('/:account/api/files/*', async (c) => {
	const principal = await mayMoveFiles(c, 'read');
	const store = await embeddedFiles(c.var.operations, principal.account.id);
	const path = pathOf(c);
	const info = await store.stat(null, path);
	if (info === null) throw missing(path);
	const headers = fileHeaders(info);
	if (c.req.header('if-none-match') === headers['ETag']) return new Response(null, { status: 304, headers });
	const range = byteRange(c.req.header('range'), info.size);
	if (range === 'unsatisfiable') return new Response(null, { status: 416, headers: { ...headers, 'Content-Range': `bytes */${info.size}` } });
	const { offset, length } = range ?? { offset: 0, length: null };
	const body = c.req.method === 'HEAD' ? null : await store.read({ bucket: null, path, offset, length, etag: info.etag });
	const size = { 'Content-Length': String(length ?? info.size) };
	if (range === null) return new Response(body, { headers: { ...headers, ...size } });
	return new Response(body, { status: 206, headers: { ...headers, ...size, 'Content-Range': `bytes ${offset}-${offset + range.length - 1}/${info.size}` } });
});

filesApi.put('/:account/api/files/*', async (c) => {
	const principal = await mayMoveFiles(c, 'write');
	const store = await embeddedFiles(c.var.operations, principal.account.id);
	const path = pathOf(c);
	const contentType = c.req.header('content-type') ?? 'application/octet-stream';
	const size = await uploadStream(store, { path, contentType, owner: `upload:${c.var.requestId}` }, c.req.raw.body ?? new Blob([]).stream());
	return c.json({ path, size }, 201);
});

filesApi.delete('/:account/api/files/*', async (c) => {
	const principal = await mayMoveFiles(c, 'write');
	const store = await embeddedFiles(c.var.operations, principal.account.id);
	const path = pathOf(c);
	if ((await store.stat(null, path)) === null) throw missing(path);
	await store.remove(null, path);
	return c.body(null, 204);
});

/** No tool moves files, so that a token that was made for some tools does not either: its scopes are those its tools need. */
async function mayMoveFiles(c: Context<AppEnv>, scope: Scope): Promise<Principal> {
	const principal = await authenticate(c, c.req.param('account'));
	demandScope(c, principal, scope);
	demandTool(principal, null);
	return principal;
}

/** The key as it was sent: the rest of the path, percent-decoded once. The connector's rules judge it. */
function pathOf(c: Context<AppEnv>): string {
	const { pathname } = new URL(c.req.url);
	const key = pathname.split('/').slice(4).join('/');
	try {
		return decodeURIComponent(key);
	} catch {
		throw new AppError('invalid_input', `The path ${key.slice(0, 200)} is not percent-encoded UTF-8.`, {
			hint: 'Encode each segment of the key, as encodeURIComponent does.',
		});
	}
}

/** As a download, under a policy that lets nothing run: what is stored came from anybody. */
function fileHeaders(info: FileInfo): Record<string, string> {
	const name = info.path.split('/').at(-1) ?? 'file';
	return {
		'Content-Type': 'application/octet-stream',
		'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`,
		'Content-Security-Policy': "sandbox; default-src 'none'",
		'Accept-Ranges': 'bytes',
		'Cache-Control': 'private, no-cache',
		'Last-Modified': new Date(info.modifiedAt).toUTCString(),
		ETag: `"${info.etag}"`,
	};
}

function view(info: FileInfo): { path: string; size: number; etag: string; modified_at: string } {
	return { path: info.path, size: info.size, etag: info.etag, modified_at: iso(info.modifiedAt) };
}

function missing(path: string): AppError {
	return new AppError('not_found', `There is no file ${path}.`, { hint: 'Names are case-sensitive; GET /<account>/api/files?prefix= lists what is there.' });
}
