import type { Principal } from '../../model/principal.ts';
import { deleteSchedule } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { scheduleFor } from './get.ts';
import { told } from './look.ts';
import { moved, refuseOtherVersion, type ScheduleChangeRequest } from './update.ts';

export interface RemovedSchedule {
	readonly schedule_id: number;
	readonly name: string;
	readonly deleted: boolean;
	readonly dry_run: boolean;
	readonly message: string;
}

/** The schedule goes; the runs it started stay, and those under way go on. */
export async function removeSchedule(context: OperationContext, principal: Principal, input: ScheduleChangeRequest): Promise<RemovedSchedule> {
	const { schedule_id, dry_run = false, expected_version } = input;
	const { schedule } = await scheduleFor(context, principal, schedule_id, 'execute');
	refuseOtherVersion(schedule, expected_version);
	const answer = { schedule_id, name: schedule.name, dry_run };
	if (dry_run) return { ...answer, deleted: false, message: 'It would be deleted: it would start no run any more.' };
	if (!(await deleteSchedule(context.store, schedule.accountId, schedule_id, schedule.version))) throw await moved(context, schedule.accountId, schedule);
	await told(context, schedule.accountId);
	return { ...answer, deleted: true, message: 'Deleted. Its runs stay; one that is under way goes on (cancel_job stops it).' };
}
