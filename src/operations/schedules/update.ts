import { AppError } from '../../lib/errors.ts';
import { canonicalJson } from '../../lib/json.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { ScheduleChange } from '../../model/views/schedule.ts';
import { changeSchedule, type ScheduleRow, scheduleById } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { changesBetween } from './changes.ts';
import { packageArchived } from './create.ts';
import { type FoundSchedule, scheduleFor } from './get.ts';
import { told } from './look.ts';
import { type ScheduleSettings, settle } from './settings.ts';
import { checkVariables, openVariables, refusePayloadSource, sealVariables } from './variables.ts';
import { upcoming } from './view.ts';

/** What every change of a schedule takes. */
export interface ScheduleChangeRequest {
	readonly schedule_id: number;
	/** Tells what would change and writes nothing. */
	readonly dry_run?: boolean | undefined;
	/** Refused with `conflict` where the schedule is at another version. */
	readonly expected_version?: number | undefined;
}

/**
 * Changes what is given and keeps the rest. Whoever changes or enables a schedule owns it from then on, so that nobody makes it do
 * something new in another member's rights; disabling leaves the owner.
 */
export async function updateSchedule(
	context: OperationContext,
	principal: Principal,
	input: ScheduleChangeRequest & ScheduleSettings,
): Promise<ScheduleChange> {
	const { schedule_id, dry_run = false, expected_version, ...given } = input;
	const found = await scheduleFor(context, principal, schedule_id, 'execute');
	const { schedule } = found;
	refuseOtherVersion(schedule, expected_version);
	const settled = await settle(context, principal.account.id, given, schedule);
	if (settled.enabled && found.package.package.status === 'archived') throw packageArchived(schedule.packageId);
	if (settled.enabled && !schedule.enabled) refusePayloadSource(found.package.version.definition);
	if (given.variables !== undefined || given.dynamic_variables !== undefined) {
		const values = given.variables ?? (await openVariables(context, schedule));
		checkVariables(found.package.version.definition, values, settled.dynamicVariables, context.clock());
	}
	const { variables, sealedVariables, anew } = await variablesAfter(context, found, given.variables);
	const said = Object.entries(given).filter(([, value]) => value !== undefined);
	const onlyDisabled = said.every(([field, value]) => field === 'enabled' && value === false);
	const ownerId = onlyDisabled ? schedule.ownerId : principal.user.id;
	const after = { ...schedule, ...settled, variables, sealedVariables, ownerId };
	const changes = changesBetween(schedule, after);
	if (anew && !changes.some(({ field }) => field === 'variables')) changes.push({ field: 'variables', before: schedule.variables, after: variables });
	const changed = changes.length > 0;
	const { id, accountId, version } = schedule;
	const answer = { schedule_id, dry_run, changed, next_run_at: iso(after.nextRunAt), upcoming: upcoming(after), changes };
	if (!changed || dry_run) return { ...answer, version };
	const waiting = after.enabled ? {} : { waitingSince: null };
	const cleared = { ...waiting, lastError: null, lastErrorAt: null, updatedAt: context.clock() };
	const change = { ...settled, variables, sealedVariables, ownerId, ...cleared, packageId: schedule.packageId };
	if (!(await changeSchedule(context.store, accountId, id, version, change))) throw await moved(context, accountId, schedule);
	await told(context, accountId);
	return { ...answer, version: version + 1 };
}

/** The row's variables after the change; `anew` where secret values differ, which nothing shown tells. */
async function variablesAfter(context: OperationContext, { schedule, package: found }: FoundSchedule, given: ScheduleSettings['variables']) {
	const { variables, sealedVariables, accountId } = schedule;
	if (given === undefined) return { variables, sealedVariables, anew: false };
	const before = await openVariables(context, schedule);
	if (canonicalJson(before) === canonicalJson(given)) return { variables, sealedVariables, anew: false };
	return { ...(await sealVariables(context, accountId, found.version.definition, given)), anew: true };
}

export function refuseOtherVersion({ id, version }: Pick<ScheduleRow, 'id' | 'version'>, expected: number | undefined): void {
	if (expected !== undefined && expected !== version) throw movedOn(id, version, `not ${expected}`);
}

/** Why a change was not written: somebody else's was first, or the package went. */
export async function moved({ store }: OperationContext, accountId: number, { id, version, packageId }: ScheduleRow): Promise<AppError> {
	const now = await scheduleById(store, accountId, id);
	if (now === null) return notFound('schedule', id);
	if (now.schedule.version !== version) return movedOn(id, now.schedule.version, `while this change began from version ${version}`);
	return packageArchived(packageId);
}

function movedOn(id: number, current_version: number, than: string): AppError {
	return new AppError('conflict', `schedule ${id} is at version ${current_version}, ${than}: nothing was written`, {
		hint: `Look at what it is now (get_schedule), then repeat with expected_version ${current_version}.`,
		details: { current_version },
	});
}
