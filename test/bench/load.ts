import { Agent, request } from 'node:http';
import { threadsMs } from './processor.ts';

export interface Target {
	readonly url: string;
	readonly token: string;
	/** The workerd process that answers. */
	readonly pid: number;
	/** What every answer must be; 200 unless told. */
	readonly status?: number;
	/** The revision it speaks; 2026-07-28 unless told. */
	readonly era?: string;
}

export interface Measured {
	readonly requestsPerSecond: number;
	readonly cpuMsPerRequest: number;
}

/** In flight at once: enough to keep one workerd busy, few enough that they do not only wait. */
const CONCURRENCY = 8;

/** The headers of a client's request in the revision that the target speaks. */
export function headersFor(method: string, name: string | null, { token, era = '2026-07-28' }: Pick<Target, 'token' | 'era'>): Record<string, string> {
	const common = {
		authorization: `Bearer ${token}`,
		accept: 'application/json, text/event-stream',
		'content-type': 'application/json',
		'mcp-protocol-version': era,
	};
	if (era !== '2026-07-28') return common;
	return {
		...common,
		'mcp-method': method,
		...(name === null ? {} : { 'mcp-name': name }),
	};
}

export function messageFor(method: string, params: Readonly<Record<string, unknown>>): string {
	const _meta = {
		'io.modelcontextprotocol/protocolVersion': '2026-07-28',
		'io.modelcontextprotocol/clientCapabilities': {},
		'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
	};
	return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } });
}

type Headers = Readonly<Record<string, string>>;

/** Fewer say nothing of code that has not been compiled yet. */
const FEWEST = 300;

/**
 * Sends the same message until the runtime has worked that long (processor time: a busy machine then measures the same code as a
 * quiet one, only later), and at least so often, over kept-alive connections, with the same headers or new ones each time; an answer
 * of any other status than is expected ends the benchmark.
 */
export async function load(
	{ url, pid, status = 200 }: Target,
	headers: Headers | (() => Headers),
	body: string,
	cpuMs: number,
	fewest = FEWEST,
): Promise<Measured> {
	const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
	const [cpu, began] = [threadsMs(pid), performance.now()];
	let [count, spent] = [0, false];
	const worker = async () => {
		while (!spent) {
			await post(url, agent, typeof headers === 'function' ? headers() : headers, body, status);
			count++;
			if (count % LOOK_EVERY === 0) spent = count >= fewest && threadsMs(pid) - cpu >= cpuMs;
		}
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, worker));
	const [usedMs, tookMs] = [threadsMs(pid) - cpu, performance.now() - began];
	agent.destroy();
	return { requestsPerSecond: count / (tookMs / 1000), cpuMsPerRequest: usedMs / count };
}

/** Calls between two looks at how long the runtime has worked. */
const LOOK_EVERY = 50;

export function post(url: string, agent: Agent, headers: Headers, body: string, status = 200): Promise<string> {
	return new Promise((resolve, reject) => {
		const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				if (response.statusCode === status) resolve(text);
				else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 300)}`));
			});
		});
		sent.on('error', reject);
		sent.end(body);
	});
}
