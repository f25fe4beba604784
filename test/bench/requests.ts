import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../src/cli/embedded/session.ts';
import { startBare } from './bare-gateway.ts';
import { headersFor, load, type Measured, messageFor, post, type Target } from './load.ts';
import { median } from './median.ts';
import type { Workload } from './report.ts';

const ROUNDS = 5;
/** A fixed time, not a fixed number: a slow machine gets fewer requests, not a longer benchmark. */
const ROUND_MS = 1200;
const WARM_UP_MS = 600;

const describe = { name: 'describe_component_type', arguments: { component_type: 'limit_component' } };
const workspaces = { name: 'list_workspaces', arguments: {} };

/**
 * What is sent. The first call answers from the catalogue: what it costs is the gateway's own work (token, rights, checks, audit).
 * The second reads the account's data as well. D1 is part of the same process here, so its work counts as ours.
 */
const WORKLOADS = [
	{ name: 'tools_list', method: 'tools/list', tool: null, params: {} },
	{ name: 'tools_call', method: 'tools/call', tool: describe.name, params: describe },
	{ name: 'tools_call_reading_data', method: 'tools/call', tool: workspaces.name, params: workspaces },
] as const;

/** Requests a second and processor time a request, ours beside two that do nothing else, interleaved round by round. */
export async function benchRequests(session: Session, say: (line: string) => void): Promise<readonly Workload[]> {
	if (session.runtime === null) throw new Error('processor time is read from /proc: this benchmark runs on Linux');
	const ours: Target = { url: session.mcpUrl, token: session.token, pid: session.runtime };
	const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
	const { tools } = await answerOf(ours, WORKLOADS[0]);
	const results = Object.fromEntries(await Promise.all([WORKLOADS[1], WORKLOADS[2]].map(async (call) => [call.tool, withoutMeta(await answerOf(ours, call))])));
	const answers = { tools, results };
	const sdk = await startBare('test/bench/contenders/bare-sdk.ts', folder, answers);
	const hand = await startBare('test/bench/contenders/bare-handler.ts', folder, answers);
	try {
		const targets = { headgate: ours, bare_sdk_server: sdk, bare_json_rpc_handler: hand };
		const workloads: Workload[] = [];
		for (const workload of WORKLOADS) workloads.push(...(await compare(workload, targets, say)));
		return workloads;
	} finally {
		await sdk.stop();
		await hand.stop();
		await rm(folder, { recursive: true, force: true });
	}
}

async function compare(
	workload: (typeof WORKLOADS)[number],
	targets: Readonly<Record<string, Target>>,
	say: (line: string) => void,
): Promise<readonly Workload[]> {
	const body = messageFor(workload.method, workload.params);
	const rounds = new Map<string, Measured[]>(Object.keys(targets).map((name) => [name, []]));
	for (let round = -1; round < ROUNDS; round++) {
		for (const [name, target] of Object.entries(targets)) {
			const measured = await load(target, headersFor(workload.method, workload.tool, target.token), body, round < 0 ? WARM_UP_MS : ROUND_MS);
			if (round >= 0) rounds.get(name)?.push(measured);
		}
		if (round >= 0) say(`${workload.name}: round ${round + 1} of ${ROUNDS}`);
	}
	const all = [...rounds];
	return [
		{
			name: `${workload.name}_rps`,
			unit: 'rps',
			values: Object.fromEntries(all.map(([name, results]) => [name, median(results.map((result) => result.requestsPerSecond))])),
		},
		{
			name: `${workload.name}_cpu`,
			unit: 'cpu_ms',
			values: Object.fromEntries(all.map(([name, results]) => [name, median(results.map((result) => result.cpuMsPerRequest))])),
		},
	];
}

async function answerOf(target: Target, { method, tool, params }: (typeof WORKLOADS)[number]): Promise<Record<string, unknown>> {
	const agent = new Agent();
	const text = await post(target.url, agent, { ...headersFor(method, tool, target.token), accept: 'application/json' }, messageFor(method, params));
	agent.destroy();
	const { result } = JSON.parse(text) as { result?: Record<string, unknown> };
	if (result === undefined) throw new Error(`no result: ${text.slice(0, 300)}`);
	return result;
}

/** The contenders' own servers add what belongs to the protocol. */
function withoutMeta({ _meta: _, resultType: __, ...result }: Record<string, unknown>): Record<string, unknown> {
	return result;
}
