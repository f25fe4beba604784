import * as z from 'zod';
import { removeSchedule } from '../../../operations/schedules/remove.ts';
import { defineTool } from '../../tool.ts';
import { scheduleChangeArguments } from './arguments.ts';

export const deleteSchedule = defineTool({
	name: 'delete_schedule',
	title: 'Delete a schedule',
	description: 'Deletes a schedule for good; its package and its runs stay. To stop it for a while use toggle_schedule. Be sure of the schedule_id.',
	toolset: 'schedules',
	scope: 'write',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
	input: z.strictObject(scheduleChangeArguments),
	output: z.object({ schedule_id: z.int(), name: z.string(), deleted: z.boolean(), dry_run: z.boolean(), message: z.string() }),
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => removeSchedule(operations, principal, input),
});
