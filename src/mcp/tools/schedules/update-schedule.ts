import * as z from 'zod';
import { updateSchedule as update } from '../../../operations/schedules/update.ts';
import { defineTool } from '../../tool.ts';
import { scheduleArguments, scheduleChangeArguments, scheduleChangeOutput } from './arguments.ts';

export const updateSchedule = defineTool({
	name: 'update_schedule',
	title: 'Change a schedule',
	description:
		'Changes what is given, keeps the rest; cron replaces an interval and the other way round; variables replace all. You own it from then on: its runs act in your rights. To switch it on or off use toggle_schedule.',
	toolset: 'schedules',
	scope: 'write',
	hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
	input: z.strictObject({
		...scheduleChangeArguments,
		name: z.string().min(1).max(200).optional().describe('For people.'),
		...scheduleArguments,
	}),
	output: scheduleChangeOutput,
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => update(operations, principal, input),
});
