import * as z from 'zod';
import { updateSchedule as update } from '../../../operations/schedules/update.ts';
import { defineTool } from '../../tool.ts';
import { scheduleChangeArguments, scheduleChangeOutput } from './arguments.ts';

export const toggleSchedule = defineTool({
	name: 'toggle_schedule',
	title: 'Enable or disable a schedule',
	description:
		'Switches a schedule on or off; one that is on already stays on. Enabling makes you its owner: its runs act in your rights. A run that is under way goes on; cancel_job stops it.',
	toolset: 'schedules',
	scope: 'write',
	hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ ...scheduleChangeArguments, enabled: z.boolean().describe('true to switch on, false to switch off.') }),
	output: scheduleChangeOutput,
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => update(operations, principal, input),
});
