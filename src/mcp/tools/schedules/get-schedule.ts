import * as z from 'zod';
import { scheduleDetailSchema } from '../../../model/views/schedule.ts';
import { getSchedule as get } from '../../../operations/schedules/get.ts';
import { defineTool } from '../../tool.ts';
import { scheduleId } from './arguments.ts';

export const getSchedule = defineTool({
	name: 'get_schedule',
	title: 'Get a schedule',
	description:
		'One schedule whole: cron or interval, owner, variables, overlap and retry rules, the next three fires, the last five runs, and why the last fire started none.',
	toolset: 'schedules',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ schedule_id: scheduleId }),
	output: scheduleDetailSchema,
	run: (input, { operations, principal }) => get(operations, principal, input),
});
