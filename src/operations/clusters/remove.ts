import { AppError } from '../../lib/errors.ts';
import { type ClusterRow, deleteCluster, usersOfCluster } from '../../store/clusters.ts';
import type { OperationContext } from '../context.ts';
import { type ClusterChangeRequest, clusterForChange, type InAccount, movedOn } from './change.ts';

export interface RemovedCluster {
	readonly cluster_id: number;
	readonly name: string;
	readonly deleted: boolean;
	readonly dry_run: boolean;
	readonly message: string;
}

/** Deletes a cluster that nothing needs: not the default one, none that a schedule names, none with runs that have not ended. */
export async function removeCluster(context: OperationContext, { account }: InAccount, input: ClusterChangeRequest): Promise<RemovedCluster> {
	const { cluster_id, dry_run = false, expected_version } = input;
	const accountId = account.id;
	const row = await clusterForChange(context, accountId, cluster_id, expected_version);
	await refuseUsed(context, row);
	const answer = { cluster_id, name: row.name, dry_run };
	if (dry_run) return { ...answer, deleted: false, message: 'It would be deleted: no run could be started on it any more.' };
	if (!(await deleteCluster(context.store, accountId, cluster_id, row.version))) {
		// A schedule that came to name it at this very moment is told as what it is.
		await refuseUsed(context, row);
		throw await movedOn(context, accountId, row);
	}
	return { ...answer, deleted: true, message: 'Deleted. Its runs stay, under its number; a retry of one goes to the default cluster.' };
}

async function refuseUsed({ store }: OperationContext, { id, accountId, name, isDefault }: ClusterRow): Promise<void> {
	const called = `cluster ${id} (${JSON.stringify(name)})`;
	if (isDefault) {
		throw new AppError('conflict', `${called} is the default one: runs that name no cluster go there`, {
			hint: 'Nothing was deleted. Change it with update_cluster; an idle cluster costs nothing.',
		});
	}
	const { schedules, runs } = await usersOfCluster(store, accountId, id);
	if (schedules.length > 0) {
		throw new AppError('conflict', `${called} is where schedules run: schedule_id ${schedules.join(', ')}`, {
			hint: 'Nothing was deleted. Give them another cluster_id with update_schedule, or delete them, then repeat.',
			details: { schedule_ids: [...schedules] },
		});
	}
	if (runs.length === 0) return;
	throw new AppError('conflict', `${called} has runs that have not ended: run_id ${runs.join(', ')}`, {
		hint: 'Nothing was deleted. Wait for them, or stop them with cancel_job, then repeat.',
		details: { run_ids: [...runs] },
	});
}
