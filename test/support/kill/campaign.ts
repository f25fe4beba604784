import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { type Assistant, connectAssistant } from '../../../src/cli/demo/assistant.ts';
import { runtimePid } from '../../../src/cli/embedded/leftover.ts';
import { fileClient } from '../../../src/cli/file-client.ts';
import { sendJson } from '../../../src/cli/http-client.ts';
import { type GatewayProcess, startGatewayProcess } from '../gateway-process.ts';
import { numbers, writeNumbers } from './numbers.ts';
import { type RunOnDisk, runsOnDisk } from './runs-on-disk.ts';
import type { Look, Scenario, World } from './scenario.ts';

export interface Campaign {
	readonly folder: string;
	readonly scenarios: readonly Scenario[];
	/** Kills that must hit a run which has not ended. */
	readonly kills: number;
	readonly seed: number;
	readonly rows: number;
	/** Size of the file that is read. */
	readonly bytes: number;
	readonly receiver: World['receiver'];
	/** Of how many kills one waits for the commit to begin, which is short; none where it is left out. */
	readonly oneInAtCommit?: number;
	/** Connections to outside systems, to be made in the gateway: name (and type) → settings. */
	readonly outside: Readonly<Record<string, { readonly config: object; readonly secrets?: Readonly<Record<string, string>> }>>;
	log(line: string): void;
}

/** What was killed where, and what was seen. */
export interface Outcome {
	readonly scenario: string;
	/** In words; null where the run had already ended when the kill came. */
	readonly killed: readonly (string | null)[];
	/** Of the destination right after each kill. */
	readonly seen: readonly Look[];
	readonly atEnd: Look;
	readonly status: string;
	readonly leftovers: number;
}

/** A destination may show something only once every row was written and checked. */
const VISIBLE_FROM: ReadonlySet<string> = new Set(['commit', 'completed']);
/** How long a run is thought to take at first; learned from then on. */
const FIRST_SPAN = 1200;
/** A machine that was busy for a while must not make all the others wait. */
const LONGEST_SPAN = 15_000;
/** How long after a commit was seen to have begun it may still be hit. */
const COMMIT_SPAN = 40;

/** Kills a gateway with SIGKILL again and again, each time at a random moment of a run, and lets what follows finish the run. */
export async function kill(campaign: Campaign): Promise<Outcome[]> {
	const random = randomFrom(campaign.seed);
	const spans = new Map<string, number>();
	const outcomes: Outcome[] = [];
	const state = join(campaign.folder, 'state');
	let gateway = await startGateway(state);
	const world = await prepare(campaign, gateway, state);
	for (let round = 0, hits = 0; hits < campaign.kills; round++) {
		const scenario = campaign.scenarios[round % campaign.scenarios.length] as Scenario;
		const target = `t${round}`;
		let assistant = await connect(gateway);
		await scenario.prepare?.(world, assistant, target);
		const graph = scenario.graph(world, target);
		const { package_id } = await assistant.call<{ package_id: number }>('create_package', {
			name: `${scenario.name} ${target}`,
			flow_type: 'dataflow',
			...graph,
		});
		const { run_id } = await assistant.call<{ run_id: number }>('run_package', { package_id });
		const killed: (string | null)[] = [];
		const seen: Look[] = [];
		// One run in three is killed a second time, while it recovers.
		const times = random() < 1 / 3 ? 2 : 1;
		for (let time = 0; time < times && killed.at(-1) !== null; time++) {
			const span = spans.get(scenario.name) ?? FIRST_SPAN;
			const atCommit = campaign.oneInAtCommit !== undefined && random() < 1 / campaign.oneInAtCommit;
			const moment = Math.round(random() * (atCommit ? COMMIT_SPAN : span));
			if (atCommit) await commitBegun(state, run_id);
			await pause(moment);
			await killGateway(gateway, state);
			const run = (await runsOnDisk(state)).find(({ runId }) => runId === run_id);
			killed.push(run === undefined ? null : phaseOf(run));
			if (!atCommit) spans.set(scenario.name, Math.min(LONGEST_SPAN, span * aim(run)));
			if (run !== undefined) hits++;
			seen.push(await lookAfterKill(scenario, world, target, run));
			campaign.log(
				`${String(hits).padStart(3)}  ${scenario.name.padEnd(atCommit ? 24 : 30)} ${atCommit ? 'commit ' : ''}+${String(moment).padStart(atCommit ? 4 : 5)} ms  ${killed.at(-1) ?? 'after its end'}  → destination: ${seen.at(-1)}`,
			);
			gateway = await startGateway(state);
		}
		assistant = await connect(gateway);
		const status = await vi.waitUntil(() => ended(assistant, run_id), { timeout: 300_000, interval: 100 });
		const atEnd = await scenario.look(world, target);
		const leftovers = await scenario.leftovers(world, target);
		outcomes.push({ scenario: scenario.name, killed, seen, atEnd, status, leftovers });
		campaign.log(`     ${''.padEnd(30)} ${status}; destination: ${atEnd === 'after' ? 'every row once' : atEnd}; ${leftovers} pieces of staging left`);
		await assistant.close();
	}
	await gateway.end('SIGTERM');
	return outcomes;
}

/** Waits until the run has begun its commit, or is not to be found any more: a copy taken while it was written says nothing once. */
async function commitBegun(state: string, run_id: number): Promise<void> {
	let unseen = 0;
	await vi.waitUntil(
		async () => {
			const run = (await runsOnDisk(state)).find(({ runId }) => runId === run_id);
			unseen = run === undefined ? unseen + 1 : 0;
			return unseen >= 10 || VISIBLE_FROM.has(run?.phase ?? '');
		},
		{ timeout: 120_000, interval: 5 },
	);
}

/** Finds the run's own length: shorter where it had ended, longer where it had not, and most where it had hardly begun. */
function aim(run: RunOnDisk | undefined): number {
	if (run === undefined) return 0.5;
	return Object.values(run.nodes).every(({ rows }) => rows === 0) ? 1.8 : 1.1;
}

/** Where the run was, by its last checkpoint. */
function phaseOf({ status, phase, nodes, chunks }: RunOnDisk): string {
	if (phase === null) return `${status}, nothing checkpointed`;
	const parts = Object.entries(nodes).map(([node, { rows, finished }]) => `${node} ${rows}${finished ? '✓' : ''}`);
	return `${status}, ${phase}: ${parts.join(', ')}; ${chunks} chunks`;
}

async function lookAfterKill(scenario: Scenario, world: World, target: string, run: RunOnDisk | undefined): Promise<Look> {
	const look = await scenario.look(world, target);
	if (run === undefined || VISIBLE_FROM.has(run.phase ?? '')) return look;
	if (scenario.sendsAtOnce === true) return look.startsWith('wrong: ') && /instead of \d+$/.test(look) ? 'before' : look;
	// The phase is of the last checkpoint: the commit itself may have come behind it.
	return run.phase === 'check' || look === 'before' ? look : `wrong: something is visible in phase ${run.phase}`;
}

async function prepare(campaign: Campaign, gateway: GatewayProcess, state: string): Promise<World> {
	const { ready } = gateway;
	const made = numbers(campaign.rows);
	const source = join(campaign.folder, 'numbers.csv');
	await writeNumbers(source, made, campaign.bytes);
	await fileClient(ready.url, ready.account, ready.token).put(source, 'numbers.csv');
	for (const [type, settings] of Object.entries(campaign.outside)) {
		await sendJson(`${ready.url}/api/admin/connections`, ready.admin_token, { account: ready.account, name: type, type, ...settings });
	}
	const assistant = await connect(gateway);
	const { connections } = await assistant.call<{ connections: readonly { id: number; type: string }[] }>('list_connections', { limit: 100 });
	await assistant.close();
	return { state, numbers: made, connections: Object.fromEntries(connections.map(({ id, type }) => [type, id])), receiver: campaign.receiver };
}

/** The runtime first: it must not live a moment longer than the process that would end it in order. */
async function killGateway(gateway: GatewayProcess, state: string): Promise<void> {
	const runtime = await runtimePid(state);
	if (runtime !== null) process.kill(runtime, 'SIGKILL');
	await gateway.end('SIGKILL');
}

const startGateway = (state: string) => startGatewayProcess(state, [], { HEADGATE_ALLOW_PRIVATE_HOSTS: 'true' });
const connect = ({ ready }: GatewayProcess): Promise<Assistant> => connectAssistant(ready.mcp_url, ready.token);

async function ended(assistant: Assistant, run_id: number): Promise<string | false> {
	const { status } = await assistant.call<{ status: string }>('get_run', { run_id });
	return ['completed', 'failed', 'stopped'].includes(status) && status;
}

/** Mulberry32: the same moments for the same seed. */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
