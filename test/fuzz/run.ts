import { Agent, request } from 'node:http';
import { Random } from './random.ts';
import { malformed, type Sent, type World } from './requests.ts';

/** No answer may take longer, whatever was asked: the longest wait that a tool offers is 50 s. */
const LONGEST_MS = 55_000;
const AT_ONCE = 8;
/** `    at name (file:1:2)`, as JavaScript prints where it failed. */
const STACK = /\bat \S+ \(?\S+:\d+:\d+\)?/;

export interface Complaint {
	readonly what: string;
	readonly sent: Sent;
}

export interface Outcome {
	readonly statuses: Readonly<Record<string, number>>;
	readonly complaints: readonly Complaint[];
	readonly slowestMs: number;
}

/** Sends that many malformed requests, the same for the same seed, and tells what was answered as no answer should be. */
export async function fuzz(url: string, world: World, count: number, seed: number, say: (line: string) => void = () => {}): Promise<Outcome> {
	const random = new Random(seed);
	const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
	const statuses: Record<string, number> = {};
	const complaints: Complaint[] = [];
	let sent = 0;
	let slowestMs = 0;
	const worker = async () => {
		while (sent < count && complaints.length < 20) {
			const one = malformed(random, world);
			if (++sent % 5_000 === 0) say(`${sent} sent: ${JSON.stringify(statuses)}`);
			const began = performance.now();
			try {
				const { status, text } = await send(url, agent, one);
				statuses[status] = (statuses[status] ?? 0) + 1;
				if (status >= 500) complaints.push({ what: `status ${status}: ${text.slice(0, 300)}`, sent: one });
				else if (STACK.test(text)) complaints.push({ what: `a stack trace: ${text.slice(0, 300)}`, sent: one });
			} catch (error) {
				complaints.push({ what: String(error), sent: one });
			}
			slowestMs = Math.max(slowestMs, performance.now() - began);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	agent.destroy();
	return { statuses, complaints, slowestMs };
}

function send(url: string, agent: Agent, { method, path, headers, body }: Sent): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(url);
		const length = body === null ? 0 : Buffer.byteLength(body);
		const sent = request({ hostname, port, path, method, agent, headers: { ...headers, 'content-length': length } }, (response) => {
			const chunks: Buffer[] = [];
			const done = () => {
				clearTimeout(limit);
				resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
			};
			// A stream that stays open is an answer; what it begins with is enough.
			const endless = response.headers['content-type']?.startsWith('text/event-stream') === true && (method === 'GET' || path.includes('listen'));
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', done);
			response.on('error', reject);
			if (endless) sent.destroy();
			if (endless) done();
		});
		const limit = setTimeout(() => sent.destroy(new Error(`no answer within ${LONGEST_MS} ms`)), LONGEST_MS);
		sent.on('error', (error) => {
			clearTimeout(limit);
			reject(error);
		});
		sent.end(body);
	});
}
