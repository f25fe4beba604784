import { AppError } from '../../lib/errors.ts';
import type { ScheduledFire } from '../../store/schedule-turns.ts';
import type { ScheduleRow } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { retryRun } from '../runs/retry.ts';
import { submitRun } from '../runs/submit.ts';
import { memberPrincipal } from '../tokens/member-principal.ts';
import { clusterOfFire } from './cluster.ts';
import { openVariables } from './variables.ts';

/** Starts the run of a fire, in the rights that the schedule's owner has at this moment. A fire that has its run already is done. */
export async function startFire(context: OperationContext, schedule: ScheduleRow, scheduledFor: number): Promise<void> {
	const { accountId, ownerId, packageId: package_id, dynamicVariables: dynamic_variables } = schedule;
	const principal = await memberPrincipal(context, accountId, ownerId, ['run']);
	const variables = await openVariables(context, schedule);
	const cluster_id = await clusterOfFire(context, schedule);
	const fire = { scheduleId: schedule.id, scheduledFor, attempt: 1 };
	await onceForFire(() => submitRun(context, principal, { package_id, variables, dynamic_variables, cluster_id }, { fire }));
}

/** Starts the run of a fire once more, as it was. */
export async function retryFire(
	context: OperationContext,
	{ accountId, ownerId }: ScheduleRow,
	failed: ScheduledFire & { readonly runId: number },
): Promise<void> {
	const principal = await memberPrincipal(context, accountId, ownerId, ['run']);
	const fire = { scheduleId: failed.scheduleId, scheduledFor: failed.scheduledFor, attempt: failed.attempt + 1 };
	await onceForFire(() => retryRun(context, principal, { run_id: failed.runId }, fire));
}

async function onceForFire(start: () => Promise<unknown>): Promise<void> {
	try {
		await start();
	} catch (error) {
		// It has its run, or was disabled at this very moment: either way there is nothing left to do.
		if (error instanceof AppError && error.details?.['fire'] !== undefined) return;
		throw error;
	}
}
