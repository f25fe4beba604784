import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { ClusterHandle, RunHandle, RunOrder } from '../../../src/operations/runs/ports.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { anOwner, world } from '../operations/world.ts';

export interface OrderedRun {
	readonly order: RunOrder;
	readonly run: RunHandle;
	readonly cluster: ClusterHandle;
}

let accounts = 0;

/** A run that is written to the index, with its object and its account's cluster; nothing has been told to either. */
export async function anOrder(plan: Plan, payload: readonly unknown[] | null = null): Promise<OrderedRun> {
	const { clusterId } = await aCluster(1);
	const made = await env.DB.prepare(
		`INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, updated_at, variables, dynamic_variables, connection_ids, components)
		VALUES (1, 1, 1, ?, 1, 'test', 'pending', 500, 500, '{}', '{}', '[]', '[]') RETURNING id`,
	)
		.bind(clusterId)
		.first<{ id: number }>();
	const runId = made?.id ?? 0;
	const order: RunOrder = { spec: { runId, accountId: 1, plan, payload }, clusterId, packageId: 1, packageName: 'a package', submittedAt: 500 };
	return { order, run: runObject(runId), cluster: clusterObject(clusterId) };
}

/** The default cluster of the one account, with that many nodes. */
export async function aCluster(nodes: number): Promise<{ clusterId: number }> {
	const there = await env.DB.prepare('SELECT id FROM clusters WHERE is_default = 1').first<{ id: number }>();
	if (there === null) {
		await anOwner(world().context, `acme${++accounts}`);
		await env.DB.prepare(
			`INSERT INTO packages (account_id, workspace_id, name, flow_type, flow_version, version, owner_id, created_at, updated_at) VALUES (1, 1, 'a package', 'dataflow', '2.0.0', 1, 1, 1, 1)`,
		).run();
		return aCluster(nodes);
	}
	await env.DB.prepare('UPDATE clusters SET nodes = ? WHERE id = ?').bind(nodes, there.id).run();
	return { clusterId: there.id };
}

export function runObject(runId: number): RunHandle {
	return env.RUNS.get(env.RUNS.idFromName(`run:${runId}`)) as unknown as RunHandle;
}

export function clusterObject(clusterId: number): ClusterHandle {
	return env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${clusterId}`)) as unknown as ClusterHandle;
}

export async function runRow(runId: number): Promise<Record<string, unknown> | null> {
	return env.DB.prepare('SELECT * FROM runs WHERE id = ?').bind(runId).first<Record<string, unknown>>();
}

/** The run's row once it is archived; the real alarms bring it there. */
export async function ended(runId: number): Promise<Record<string, unknown>> {
	return vi.waitUntil(async () => {
		const row = await runRow(runId);
		return row?.['log_key'] == null ? false : row;
	}, WAIT);
}

export const WAIT = { timeout: 10_000, interval: 20 };
