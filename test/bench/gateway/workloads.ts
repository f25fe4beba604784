import { headersFor, load, type Measured, messageFor, type Target } from '../load.ts';
import { median } from '../median.ts';
import type { Workload } from '../report.ts';
import { prepare } from './prepared.ts';
import { startRaw } from './raw-workerd.ts';
import { startWithDatabase } from './with-database.ts';

const ROUNDS = 5;
/** Processor time of the runtime. */
const ROUND_CPU_MS = 400;
const WARM_UP_CPU_MS = 1500;

/** Answered from the catalogue: what it costs is the gateway's own work. */
const CALL = { name: 'describe_component_type', arguments: { component_type: 'limit_component' } };
/** The most common thing an assistant does first: reads the account's packages. */
const READING = { name: 'list_packages', arguments: { limit: 20 } };
const REQUESTS = [
	{ name: 'tools_list', method: 'tools/list', tool: null, params: {} },
	{ name: 'tools_call', method: 'tools/call', tool: CALL.name, params: CALL },
	{ name: 'tools_call_reading', method: 'tools/call', tool: READING.name, params: READING },
] as const;
type Asked = (typeof REQUESTS)[number];

export interface GatewayBenchOptions {
	/** Rounds that are counted; 5 unless told. */
	readonly rounds?: number | undefined;
	/** Names of the requests, all of them unless told. */
	readonly only?: readonly string[] | undefined;
}

const TEXTS = {
	HEADGATE_PUBLIC_URL: '',
	HEADGATE_ALLOWED_HOSTS: '',
	HEADGATE_ALLOWED_ORIGINS: '',
	HEADGATE_SEAL_KEY: Buffer.alloc(32).toString('base64'),
	HEADGATE_ADMIN_TOKEN: '',
};

type Running = Target & { stop(): Promise<void> };

/**
 * Processor time of a request and requests a second, each contender in a workerd of its own on one core: ours without D1 (the
 * gateway's own work), a hand-written handler, the SDK's low-level and high-level servers, the SDK of the 2025 era; ours with the
 * token looked up in embedded D1 but no call recorded; and ours whole. D1 is part of the same process and counts as ours.
 */
export async function benchGateway(
	folder: string,
	say: (line: string) => void,
	{ rounds = ROUNDS, only }: GatewayBenchOptions = {},
): Promise<readonly Workload[]> {
	const asked = REQUESTS.filter(({ name }) => only?.includes(name) ?? true);
	if (asked.length === 0) throw new Error(`nothing to measure: the requests are ${REQUESTS.map(({ name }) => name).join(', ')}`);
	const prepared = await prepare(folder, REQUESTS);
	const results = Object.fromEntries(
		REQUESTS.flatMap(({ name, tool }) => {
			const { _meta: _, resultType: __, ...result } = prepared.answers.get(name) ?? {};
			return tool === null ? [] : [[tool, result]];
		}),
	);
	const fixtures = { values: { TOOLS: prepared.answers.get('tools_list')?.['tools'], RESULTS: results } };
	const started: Running[] = [];
	const kept = async (starting: Promise<Running>): Promise<Running> => {
		const target = await starting;
		started.push(target);
		return target;
	};
	const start = (entry: string, options: Parameters<typeof startRaw>[2]) => kept(startRaw(`test/bench/contenders/${entry}.ts`, folder, options));
	try {
		const targets: Record<string, Target> = {
			headgate: await start('headgate-alone', { texts: TEXTS }),
			bare_json_rpc: await start('bare-handler', fixtures),
			sdk_low_level: await start('bare-sdk', fixtures),
			sdk_mcp_server: await start('sdk-server', fixtures),
			sdk_v1: { ...(await start('sdk-v1', fixtures)), era: '2025-11-25' },
			headgate_with_token: await kept(startWithDatabase('test/bench/contenders/headgate-unaudited.ts', folder, prepared)),
			headgate_with_token_and_audit: await kept(startWithDatabase('src/index.ts', folder, prepared)),
		};
		const workloads: Workload[] = [];
		for (const request of asked) workloads.push(...(await compare(request, targets, rounds, say)));
		return workloads;
	} finally {
		for (const target of started) await target.stop();
	}
}

async function compare(request: Asked, targets: Readonly<Record<string, Target>>, rounds: number, say: (line: string) => void): Promise<readonly Workload[]> {
	const body = messageFor(request.method, request.params);
	const measured = new Map<string, Measured[]>(Object.keys(targets).map((name) => [name, []]));
	for (let round = 0; round <= rounds; round++) {
		for (const [name, target] of Object.entries(targets)) {
			const headers = headersFor(request.method, request.tool, target);
			if (round === 0) await load(target, headers, body, WARM_UP_CPU_MS);
			else measured.get(name)?.push(await load(target, headers, body, ROUND_CPU_MS));
		}
		say(`${request.name}: ${round === 0 ? 'warmed up' : `round ${round} of ${rounds}`}`);
	}
	const values = (of: (result: Measured) => number) => Object.fromEntries([...measured].map(([name, results]) => [name, median(results.map(of))]));
	return [
		{ name: `${request.name}_cpu`, unit: 'cpu_ms', values: values((result) => result.cpuMsPerRequest) },
		{ name: `${request.name}_rps`, unit: 'rps', values: values((result) => result.requestsPerSecond) },
	];
}
