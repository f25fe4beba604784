import * as z from 'zod';
import { scheduleItemSchema } from '../../../model/views/schedule.ts';
import { listSchedules as list } from '../../../operations/schedules/list.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, packageId, page } from '../arguments.ts';

export const listSchedules = defineTool({
	name: 'list_schedules',
	title: 'List schedules',
	description:
		'Schedules that run packages by themselves, newest first: cron or interval, next_run_at, enabled, last run and why a fire started none. For variables, upcoming fires and recent runs of one use get_schedule.',
	toolset: 'schedules',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId.optional(),
		enabled: z.boolean().optional().describe('Only enabled or only disabled ones.'),
		...page(25, 100),
	}),
	output: z.object({ schedules: z.array(scheduleItemSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
