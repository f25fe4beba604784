import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The suite sends no Authorization header; everything else goes through as it came. */
export async function bearerProxy(target: string, token: string) {
	const { hostname, port } = new URL(target);
	const server = createServer((incoming, outgoing) => {
		const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
		const forwarded = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			// A stream whose first event is far away must not keep its headers back.
			outgoing.flushHeaders();
			answer.pipe(outgoing);
		});
		forwarded.on('error', () => outgoing.destroy());
		outgoing.on('close', () => forwarded.destroy());
		incoming.pipe(forwarded);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const stop = () => {
		server.closeAllConnections();
		return new Promise<void>((resolve) => server.close(() => resolve()));
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
