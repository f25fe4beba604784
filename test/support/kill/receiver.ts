import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API that takes rows and knows again what it has taken: by the Idempotency-Key, as APIs do that offer one. */
export interface Receiver {
	readonly url: string;
	/** Rows taken at a path, each batch once, in order of arrival. */
	rows(path: string): readonly Readonly<Record<string, unknown>>[];
	/** Batches that came again under their key. */
	repeated(path: string): number;
	/** Batches that came again with other rows, or without a key; there must be none. */
	wrong(path: string): number;
	close(): Promise<void>;
}

interface Taken {
	readonly bodies: Map<string, string>;
	repeated: number;
	wrong: number;
}

export async function startReceiver(): Promise<Receiver> {
	const paths = new Map<string, Taken>();
	const takenAt = (path: string): Taken => {
		const known = paths.get(path) ?? { bodies: new Map(), repeated: 0, wrong: 0 };
		paths.set(path, known);
		return known;
	};
	const server = createServer(async (request, response) => {
		const body = await textOf(request).catch(() => null);
		// A sender that died in the middle of its request has sent nothing.
		if (body === null) return;
		const taken = takenAt(request.url ?? '/');
		const key = request.headers['idempotency-key'];
		if (typeof key !== 'string') taken.wrong++;
		else {
			const before = taken.bodies.get(key);
			if (before === undefined) taken.bodies.set(key, body);
			else if (before === body) taken.repeated++;
			else taken.wrong++;
		}
		response.writeHead(204).end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		rows: (path) => [...takenAt(path).bodies.values()].flatMap((body) => JSON.parse(body) as Record<string, unknown>[]),
		repeated: (path) => takenAt(path).repeated,
		wrong: (path) => takenAt(path).wrong,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}
