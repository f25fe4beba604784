import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiServer {
	readonly url: string;
	/** Requests that are kept waiting for ever. */
	waiting(): number;
	close(): Promise<void>;
}

/** A REST API that does on request what real ones do unasked: fail for a while, redirect, stall, cut off, quote credentials. */
export async function startApi(): Promise<ApiServer> {
	const seen = new Map<string, number>();
	const server = createServer((request, response) => {
		void answer(request, response, seen);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		waiting: () => seen.get('waiting') ?? 0,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}

async function answer(request: IncomingMessage, response: ServerResponse, seen: Map<string, number>): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://host');
	const body = await text(request);
	const count = (seen.get(url.pathname) ?? 0) + 1;
	seen.set(url.pathname, count);
	const parts = url.pathname.split('/').slice(1);
	const json = (status: number, value: unknown, headers: Record<string, string> = {}) => {
		response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
		response.end(JSON.stringify(value));
	};
	switch (parts[0]) {
		case 'status':
			return json(Number(parts[1]), { quoted: request.headers.authorization ?? null, query: url.search });
		case 'seen':
			return json(200, seen.get(`/${parts.slice(1).join('/')}`) ?? 0);
		// /flaky/<name>/<times>/<status>: fails that often, then succeeds.
		case 'flaky':
			if (count > Number(parts[2])) return json(200, { attempt: count });
			return json(Number(parts[3]), { error: 'not yet' }, url.searchParams.has('after') ? { 'Retry-After': url.searchParams.get('after') ?? '' } : {});
		case 'redirect':
			response.writeHead(Number(parts[1]), { Location: url.searchParams.get('to') ?? '' });
			return void response.end();
		case 'loop':
			response.writeHead(302, { Location: '/loop' });
			return void response.end();
		case 'silent':
			seen.set('waiting', (seen.get('waiting') ?? 0) + 1);
			return;
		case 'stalled':
			response.writeHead(200, { 'Content-Type': 'text/plain' });
			return void response.write('some of it');
		case 'cut':
			response.writeHead(200, { 'Content-Type': 'text/plain' });
			response.write('some of it');
			return void setImmediate(() => response.destroy());
		case 'large':
			response.writeHead(200, url.searchParams.has('announced') ? { 'Content-Length': String(Number(parts[1])) } : {});
			return void response.end('x'.repeat(Number(parts[1])));
		// /token/<name>: issues name-1, name-2 … that /guarded/<name>/<n> takes from the n-th on.
		case 'token':
			if (parts[1] === 'refusing') return json(401, { error: 'invalid_client', quoted: [request.headers.authorization, body] });
			return json(200, {
				access_token: `${parts[1]}-${count}`,
				token_type: 'Bearer',
				expires_in: 3600,
				got: { body, authorization: request.headers.authorization },
			});
		case 'guarded': {
			const token = request.headers.authorization ?? '';
			const number = Number(token.split('-').at(-1));
			return number >= Number(parts[2]) ? json(200, { token }) : json(401, { quoted: token });
		}
		default:
			return json(200, { method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers: request.headers, body });
	}
}

async function text(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}
