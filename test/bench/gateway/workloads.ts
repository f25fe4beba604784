import { Agent } from 'node:http';
import type { Session } from '../../../src/cli/embedded/session.ts';
import { headersFor, load, type Measured, messageFor, post, type Target } from '../load.ts';
import { median } from '../median.ts';
import type { Workload } from '../report.ts';
import { startRaw } from './raw-workerd.ts';

const ROUNDS = 5;
const ROUND_MS = 1200;
const WARM_UP_MS = 1500;

/** Answered from the catalogue: what it costs is the gateway's own work. */
const CALL = { name: 'describe_component_type', arguments: { component_type: 'limit_component' } };
const REQUESTS = [
	{ name: 'tools_list', method: 'tools/list', tool: null, params: {} },
	{ name: 'tools_call', method: 'tools/call', tool: CALL.name, params: CALL },
] as const;
type Asked = (typeof REQUESTS)[number];

const TEXTS = {
	HEADGATE_PUBLIC_URL: '',
	HEADGATE_ALLOWED_HOSTS: '',
	HEADGATE_ALLOWED_ORIGINS: '',
	HEADGATE_SEAL_KEY: Buffer.alloc(32).toString('base64'),
	HEADGATE_ADMIN_TOKEN: '',
};

/**
 * Processor time of a request and requests a second, each contender in a workerd of its own on one core: ours without D1 (the
 * gateway's own work), a hand-written handler, the SDK's low-level and high-level servers, the SDK of the 2025 era; and ours
 * whole, with the token looked up and the call recorded in embedded D1, which is part of the same process and counts as ours.
 */
export async function benchGateway(session: Session, folder: string, say: (line: string) => void): Promise<readonly Workload[]> {
	if (session.runtime === null) throw new Error('processor time is read from /proc: this benchmark runs on Linux');
	const whole: Target = { url: session.mcpUrl, token: session.token, pid: session.runtime };
	const [listed, called] = await Promise.all(REQUESTS.map((request) => answerOf(whole, request)));
	const { _meta: _, resultType: __, ...result } = called ?? {};
	const fixtures = { values: { TOOLS: listed?.['tools'], RESULTS: { [CALL.name]: result } } };
	const started: (Target & { stop(): Promise<void> })[] = [];
	const start = async (entry: string, options: Parameters<typeof startRaw>[2]) => {
		const target = await startRaw(`test/bench/contenders/${entry}.ts`, folder, options);
		started.push(target);
		return target;
	};
	try {
		const targets: Record<string, Target> = {
			headgate: await start('headgate-alone', { texts: TEXTS }),
			bare_json_rpc: await start('bare-handler', fixtures),
			sdk_low_level: await start('bare-sdk', fixtures),
			sdk_mcp_server: await start('sdk-server', fixtures),
			sdk_v1: { ...(await start('sdk-v1', fixtures)), era: '2025-11-25' },
			headgate_whole: whole,
		};
		const workloads: Workload[] = [];
		for (const request of REQUESTS) workloads.push(...(await compare(request, targets, say)));
		return workloads;
	} finally {
		for (const target of started) await target.stop();
	}
}

async function compare(request: Asked, targets: Readonly<Record<string, Target>>, say: (line: string) => void): Promise<readonly Workload[]> {
	const body = messageFor(request.method, request.params);
	const rounds = new Map<string, Measured[]>(Object.keys(targets).map((name) => [name, []]));
	for (let round = -1; round < ROUNDS; round++) {
		for (const [name, target] of Object.entries(targets)) {
			const measured = await load(target, headersFor(request.method, request.tool, target), body, round < 0 ? WARM_UP_MS : ROUND_MS);
			if (round >= 0) rounds.get(name)?.push(measured);
		}
		if (round >= 0) say(`${request.name}: round ${round + 1} of ${ROUNDS}`);
	}
	const values = (of: (measured: Measured) => number) => Object.fromEntries([...rounds].map(([name, results]) => [name, median(results.map(of))]));
	return [
		{ name: `${request.name}_cpu`, unit: 'cpu_ms', values: values((measured) => measured.cpuMsPerRequest) },
		{ name: `${request.name}_rps`, unit: 'rps', values: values((measured) => measured.requestsPerSecond) },
	];
}

async function answerOf(target: Target, { method, tool, params }: Asked): Promise<Record<string, unknown>> {
	const agent = new Agent();
	const text = await post(target.url, agent, { ...headersFor(method, tool, target), accept: 'application/json' }, messageFor(method, params));
	agent.destroy();
	const { result } = JSON.parse(text) as { result?: Record<string, unknown> };
	if (result === undefined) throw new Error(`no result: ${text.slice(0, 300)}`);
	return result;
}
