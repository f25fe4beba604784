import { AppError } from '../../lib/errors.ts';
import { CLUSTER_LIMITS } from '../../model/cluster.ts';
import type { ClusterChange } from '../../model/views/cluster.ts';
import {
	type ClusterRow,
	type ClusterSettingsRow,
	changeCluster,
	clusterFor,
	clusterNamed,
	clustersMade,
	insertCluster,
	insertNewCluster,
	type NewCluster,
} from '../../store/clusters.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';

/** What a person says of a cluster. Left out: its default when it is made, as it is when it is changed. */
export interface ClusterSettings {
	readonly name?: string | undefined;
	/** A sandbox has one node. */
	readonly type?: ClusterRow['type'] | undefined;
	/** Runs at a time. */
	readonly nodes?: number | undefined;
	readonly region?: string | undefined;
	readonly terminate_on_idle?: boolean | undefined;
	/** Seconds. */
	readonly time_to_idle?: number | undefined;
}

/** Whose clusters they are. Who may change them is the caller's affair: an owner's token, or the administration API. */
export interface InAccount {
	readonly account: { readonly id: number };
}

/** What every change of a cluster takes. */
export interface ClusterChangeRequest {
	readonly cluster_id: number;
	/** Tells what would change and writes nothing. */
	readonly dry_run?: boolean | undefined;
	/** Refused with `conflict` where the cluster is at another version. */
	readonly expected_version?: number | undefined;
}

export interface CreateClusterInput extends ClusterSettings {
	readonly name: string;
	readonly dry_run?: boolean | undefined;
	/** 0: refused with `conflict` where a cluster has that name, in any case. */
	readonly expected_version?: number | undefined;
}

const DEFAULTS: ClusterSettingsRow = { name: '', type: 'production', nodes: 1, region: 'edge', terminateOnIdle: true, timeToIdle: 3600 };

/** It begins when the first run wants it. */
export async function createCluster(context: OperationContext, { account }: InAccount, input: CreateClusterInput): Promise<ClusterChange> {
	const { dry_run = false, expected_version, ...given } = input;
	const { store } = context;
	const accountId = account.id;
	const settled = settle(given, DEFAULTS);
	if (expected_version === 0) await refuseTaken(context, accountId, settled.name);
	const made = await clustersMade(store, accountId);
	if (made >= CLUSTER_LIMITS.clusters) {
		throw new AppError('conflict', `this account has ${made} clusters, as many as may be`, {
			hint: 'delete_cluster removes one; update_cluster gives one more nodes.',
		});
	}
	const nothing = { running_jobs_count: 0, queued_jobs_count: 0 };
	const answer = { version: 1, dry_run, changed: true, changes: changesBetween(null, settled), ...nothing };
	if (dry_run) return answer;
	const fresh: NewCluster = { ...settled, accountId, scheduleId: null, now: context.clock() };
	const cluster_id = expected_version === 0 ? await insertNewCluster(store, fresh) : await insertCluster(store, fresh);
	if (cluster_id === null) throw taken(settled.name, null);
	return { cluster_id, ...answer };
}

/** Changes what is given and keeps the rest. More nodes begin runs that wait at once; with fewer the runs under way go on. */
export async function updateCluster(context: OperationContext, { account }: InAccount, input: ClusterChangeRequest & ClusterSettings): Promise<ClusterChange> {
	const { cluster_id, dry_run = false, expected_version, ...given } = input;
	const accountId = account.id;
	const before = await clusterForChange(context, accountId, cluster_id, expected_version);
	const settled = settle(given, before);
	const changes = changesBetween(before, settled);
	const changed = changes.length > 0;
	const version = before.version + (changed && !dry_run ? 1 : 0);
	if (changed && !dry_run) {
		if (!(await changeCluster(context.store, accountId, cluster_id, before.version, settled))) throw await movedOn(context, accountId, before);
		await looked(context, cluster_id);
	}
	const { running, queued } = await context.clusters(cluster_id).load();
	return { cluster_id, version, dry_run, changed, changes, running_jobs_count: running, queued_jobs_count: queued };
}

/** The cluster, where it is there and at the version that was expected. */
export async function clusterForChange({ store }: OperationContext, accountId: number, id: number, expected: number | undefined): Promise<ClusterRow> {
	const row = await clusterFor(store, accountId, id);
	if (row === null) throw notFound('cluster', id);
	if (expected !== undefined && expected !== row.version) throw otherVersion(id, row.version, `not ${expected}`);
	return row;
}

/** Why a change was not written: somebody else's was first. */
export async function movedOn({ store }: OperationContext, accountId: number, { id, version }: ClusterRow): Promise<AppError> {
	const now = await clusterFor(store, accountId, id);
	return now === null ? notFound('cluster', id) : otherVersion(id, now.version, `while this change began from version ${version}`);
}

function otherVersion(id: number, current_version: number, than: string): AppError {
	return new AppError('conflict', `cluster ${id} is at version ${current_version}, ${than}: nothing was written`, {
		hint: `Look at what it is now (list_clusters), then repeat with expected_version ${current_version}.`,
		details: { current_version },
	});
}

/** The object finds the change by itself at its next event; this only makes that soon. */
async function looked({ clusters, log }: OperationContext, id: number): Promise<void> {
	await clusters(id)
		.look()
		.catch((error: unknown) => log.warn('a cluster was not told of its change', { cluster: id, error: reasonOf(error) }));
}

function settle(given: ClusterSettings, base: ClusterSettingsRow): ClusterSettingsRow {
	const name = given.name?.trim() ?? base.name;
	if (name === '') throw new AppError('invalid_input', 'name is empty', { hint: 'A cluster has a name of 1 to 200 characters.' });
	const type = given.type ?? base.type;
	const nodes = given.nodes ?? (type === 'sandbox' ? CLUSTER_LIMITS.sandboxNodes : base.nodes);
	if (type === 'sandbox' && nodes > CLUSTER_LIMITS.sandboxNodes) {
		throw new AppError('invalid_input', `a sandbox has one node, not ${nodes}`, { hint: 'Give type production, or nodes 1.' });
	}
	const terminateOnIdle = given.terminate_on_idle ?? base.terminateOnIdle;
	return { name, type, nodes, region: given.region ?? base.region, terminateOnIdle, timeToIdle: given.time_to_idle ?? base.timeToIdle };
}

/** What differs, by the names of the arguments; null is a new cluster. */
function changesBetween(before: ClusterSettingsRow | null, after: ClusterSettingsRow): ClusterChange['changes'] {
	const old = before === null ? null : shown(before);
	return Object.entries(shown(after))
		.map(([field, value]) => ({ field, before: old?.[field] ?? null, after: value }))
		.filter((change) => change.before !== change.after);
}

function shown({ name, type, nodes, region, terminateOnIdle, timeToIdle }: ClusterSettingsRow): Record<string, unknown> {
	return { name, type, nodes, region, terminate_on_idle: terminateOnIdle, time_to_idle: timeToIdle };
}

async function refuseTaken({ store }: OperationContext, accountId: number, name: string): Promise<void> {
	const id = await clusterNamed(store, accountId, name);
	if (id !== null) throw taken(name, id);
}

function taken(name: string, id: number | null): AppError {
	return new AppError('conflict', `a cluster called ${JSON.stringify(name)} is there already${id === null ? '' : ` (cluster_id ${id})`}: nothing was written`, {
		hint: 'list_clusters shows it. Choose another name, or leave expected_version out: names need not be unique.',
	});
}
