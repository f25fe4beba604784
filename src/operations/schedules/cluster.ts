import { AppError } from '../../lib/errors.ts';
import { clusterFor, clusterOfSchedule, insertCluster } from '../../store/clusters.ts';
import type { ScheduleRow } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';

/** A cluster that was made for one fire has nothing to wait for; one that is kept waits this long, in seconds. */
const TIME_TO_IDLE = { none: 0, self: 300 } as const;

/** The cluster that the next run of a schedule goes to: the one it names (or the default), one of its own that it keeps, or a new one like it. */
export async function clusterOfFire({ store, clock }: OperationContext, { id, accountId, name, clusterId, clusterReuse }: ScheduleRow): Promise<number> {
	const model = await clusterFor(store, accountId, clusterId);
	if (model === null)
		throw new AppError('conflict', `its cluster ${clusterId ?? ''} is not there`, {
			hint: 'Give another with update_schedule; list_clusters shows those there are.',
		});
	if (clusterReuse === 'any') return model.id;
	if (clusterReuse === 'self') {
		const own = await clusterOfSchedule(store, id);
		if (own !== null) return own;
	}
	const { type, nodes, region } = model;
	return insertCluster(store, {
		accountId,
		scheduleId: id,
		name: `${name} (schedule ${id})`,
		type,
		nodes,
		region,
		terminateOnIdle: true,
		timeToIdle: TIME_TO_IDLE[clusterReuse],
		now: clock(),
	});
}
