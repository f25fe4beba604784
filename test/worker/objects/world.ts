import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { createConnection } from '../../../src/operations/connections/create.ts';
import type { ClusterHandle, RunHandle, RunOrder } from '../../../src/operations/runs/ports.ts';
import type { HttpSource } from '../../../src/plan/endpoints.ts';
import type { Plan, RunSettings } from '../../../src/plan/plan.ts';
import { aNode, aPlan, result } from '../../unit/engine/support/plans.ts';
import { anOwner, world } from '../operations/world.ts';

export interface OrderedRun {
	readonly order: RunOrder;
	readonly run: RunHandle;
	readonly cluster: ClusterHandle;
}

/** Real alarms need real time; nothing here takes a second by itself. */
export const WAIT = { timeout: 60_000, interval: 20 };

/** The one account, with its owner, its embedded connections, a package and a cluster of that many nodes. */
export async function aCluster(nodes: number): Promise<{ clusterId: number }> {
	const there = await env.DB.prepare('SELECT id FROM clusters WHERE is_default = 1').first<{ id: number }>();
	if (there === null) {
		await anOwner(world().context, 'acme');
		await env.DB.prepare(
			`INSERT INTO packages (account_id, workspace_id, name, flow_type, flow_version, version, owner_id, created_at, updated_at) VALUES (1, 1, 'a package', 'dataflow', '2.0.0', 1, 1, 1, 1)`,
		).run();
		return aCluster(nodes);
	}
	await env.DB.prepare('UPDATE clusters SET nodes = ? WHERE id = ?').bind(nodes, there.id).run();
	return { clusterId: there.id };
}

/** A run that is written to the index, with its object and its account's cluster of one node; nothing has been told to either. */
export async function anOrder(plan: Plan, payload: readonly unknown[] | null = null): Promise<OrderedRun> {
	const { clusterId } = await aCluster(1);
	const made = await env.DB.prepare(
		`INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, updated_at, variables, dynamic_variables, connection_ids, components)
		VALUES (1, 1, 1, ?, 1, 'test', 'pending', 500, 500, '{}', '{}', '[]', '[]') RETURNING id`,
	)
		.bind(clusterId)
		.first<{ id: number }>();
	const runId = made?.id ?? 0;
	const order: RunOrder = { spec: { runId, accountId: 1, plan, payload }, clusterId, packageId: 1, packageName: 'a package', submittedAt: 500, priority: 0 };
	return { order, run: stubOf(runId) as unknown as RunHandle, cluster: clusterObject(clusterId) };
}

export function stubOf(runId: number): DurableObjectStub {
	return env.RUNS.get(env.RUNS.idFromName(`run:${runId}`)) as DurableObjectStub;
}

export function clusterObject(clusterId: number): ClusterHandle {
	return env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${clusterId}`)) as unknown as ClusterHandle;
}

/** The account's embedded connection of a type. */
export async function connectionOf(type: 'r2' | 'sqlite'): Promise<number> {
	await aCluster(1);
	const row = await env.DB.prepare('SELECT id FROM connections WHERE type = ?').bind(type).first<{ id: number }>();
	return row?.id ?? 0;
}

/** A plan that never gets anywhere: it asks an API that is not there, again and again. */
export async function unreachable(settings: Partial<RunSettings> = {}): Promise<Plan> {
	// What the network does with a name that nobody has; the runtime itself would say so in the log, each time.
	vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
		throw new TypeError('no such host');
	});
	await aCluster(1);
	const there = await env.DB.prepare("SELECT id FROM connections WHERE name = 'nowhere'").first<{ id: number }>();
	const config = { base_url: 'https://nowhere.invalid', max_attempts: 1, timeout_seconds: 1 };
	const id = there?.id ?? (await createConnection(world().context, { id: 1 }, { name: 'nowhere', type: 'http', config })).id;
	const source: HttpSource = {
		kind: 'http',
		connection: id,
		request: { path: 'items', method: 'GET', headers: {}, query: {}, body: null },
		pagination: { scheme: 'none' },
		responseType: 'json',
		baseRecord: '$',
		sleepMs: 0,
		maxRequests: null,
		requestsPerSecond: null,
		fields: [{ source: 'id', name: 'id', type: { kind: 'integer' }, format: null }],
	};
	return aPlan([aNode('api', { kind: 'scan', source }, [], 'id integer'), result('out', 'api', 'id integer')], settings);
}

export async function runRow(runId: number): Promise<Record<string, unknown> | null> {
	return env.DB.prepare('SELECT * FROM runs WHERE id = ?').bind(runId).first<Record<string, unknown>>();
}

/** The run's row once it is archived; the real alarms bring it there. */
export async function ended(runId: number): Promise<Record<string, unknown>> {
	return vi.waitUntil(async () => {
		const row = await runRow(runId).catch(() => null);
		return row?.['log_key'] == null ? false : row;
	}, WAIT);
}
