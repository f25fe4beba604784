import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { PackageRight } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { ScheduleDetail } from '../../model/views/schedule.ts';
import type { PackageWithVersion } from '../../store/packages.ts';
import { runsOfSchedule, type ScheduleRow, scheduleById } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { packageFor } from '../packages/access.ts';
import { scheduleDetail } from './view.ts';

const RUNS_SHOWN = 5;

/** One schedule with its next fires and its latest runs. */
export async function getSchedule(context: OperationContext, principal: Principal, input: { readonly schedule_id: number }): Promise<ScheduleDetail> {
	const { schedule, package: found, lastRunStatus, owner } = await scheduleFor(context, principal, input.schedule_id, 'read');
	const runs = await runsOfSchedule(context.store, schedule.id, RUNS_SHOWN);
	return {
		...scheduleDetail({ ...schedule, packageName: found.package.name, lastRunStatus }, owner, found.version.definition),
		recent_runs: runs.map(({ runId, status, scheduledFor, attempt }) => ({ run_id: runId, status, scheduled_for: iso(scheduledFor), attempt })),
	};
}

export interface FoundSchedule {
	readonly schedule: ScheduleRow;
	readonly package: PackageWithVersion;
	readonly lastRunStatus: ScheduleDetail['last_run_status'];
	/** Address. */
	readonly owner: string;
}

/** A schedule, where the principal may do that with its package. One whose package may not be read is not there. */
export async function scheduleFor(context: OperationContext, principal: Principal, id: number, right: PackageRight): Promise<FoundSchedule> {
	const found = await scheduleById(context.store, principal.account.id, id);
	if (found === null) throw notFound('schedule', id);
	const { schedule, lastRunStatus, owner } = found;
	try {
		return { schedule, lastRunStatus, owner, package: await packageFor(context, principal, schedule.packageId, right) };
	} catch (error) {
		if (error instanceof AppError && error.code === 'not_found') throw notFound('schedule', id);
		throw error;
	}
}
