import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { ScheduleChange } from '../../model/views/schedule.ts';
import { insertSchedule } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { packageFor } from '../packages/access.ts';
import { refuseOtherVersion } from '../packages/change.ts';
import { changesBetween } from './changes.ts';
import { told } from './look.ts';
import { type ScheduleSettings, settle } from './settings.ts';
import { checkVariables, refusePayloadSource, sealVariables } from './variables.ts';
import { upcoming } from './view.ts';

export interface CreateScheduleInput extends ScheduleSettings {
	readonly package_id: number;
	readonly name: string;
	readonly dry_run?: boolean | undefined;
	/** Of the package that was looked at: refused with `conflict` where it is at another. */
	readonly expected_version?: number | undefined;
}

/** Who makes a schedule owns it: its runs act in that member's rights. It takes the right to run the package. */
export async function createSchedule(context: OperationContext, principal: Principal, input: CreateScheduleInput): Promise<ScheduleChange> {
	const { package_id, dry_run = false, variables = {}, expected_version, ...settings } = input;
	const accountId = principal.account.id;
	const found = await packageFor(context, principal, package_id, 'execute');
	if (found.package.status === 'archived') throw packageArchived(package_id);
	refuseOtherVersion(found, expected_version);
	const settled = await settle(context, accountId, settings, null);
	refusePayloadSource(found.version.definition);
	checkVariables(found.version.definition, variables, settled.dynamicVariables, context.clock());
	const sealed = await sealVariables(context, accountId, found.version.definition, variables);
	const now = context.clock();
	const row = { ...settled, ...sealed, accountId, packageId: package_id, ownerId: principal.user.id, createdAt: now, updatedAt: now };
	const answer = {
		version: 1,
		dry_run,
		changed: true,
		next_run_at: iso(settled.nextRunAt),
		upcoming: upcoming(settled),
		changes: changesBetween(null, row),
	};
	if (dry_run) return answer;
	const schedule_id = await insertSchedule(context.store, row);
	if (schedule_id === null) throw packageArchived(package_id);
	await told(context, accountId);
	return { schedule_id, ...answer };
}

export function packageArchived(id: number): AppError {
	return new AppError('conflict', `package ${id} is archived`, { hint: 'Archived packages are not run; clone_package makes an active copy.' });
}
