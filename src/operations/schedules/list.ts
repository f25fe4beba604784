import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { ScheduleItem } from '../../model/views/schedule.ts';
import { schedulesPage } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';
import { scheduleItem } from './view.ts';

export interface ListSchedulesInput extends PageRequest {
	readonly package_id?: number | undefined;
	readonly enabled?: boolean | undefined;
}

const PAGE = { list: 'schedules', normal: 25, most: 100 };

/** Schedules of packages that the principal may read, newest first, 25 a page (most 100). */
export async function listSchedules(
	context: OperationContext,
	principal: Principal,
	input: ListSchedulesInput,
): Promise<{ schedules: ScheduleItem[]; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const viewer = isLimited(principal) ? principal.user.id : null;
	const filter = { packageId: input.package_id, enabled: input.enabled, before: from ?? undefined, viewer };
	const { rows, next_cursor } = pageOf(await schedulesPage(context.store, principal.account.id, filter, limit + 1), limit, PAGE.list);
	return { schedules: rows.map(scheduleItem), next_cursor };
}
