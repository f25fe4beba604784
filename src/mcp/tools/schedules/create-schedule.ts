import * as z from 'zod';
import { createSchedule as create } from '../../../operations/schedules/create.ts';
import { defineTool } from '../../tool.ts';
import { dryRun, expectedVersion, idempotencyKey, packageId } from '../arguments.ts';
import { scheduleArguments, scheduleChangeOutput } from './arguments.ts';

export const createSchedule = defineTool({
	name: 'create_schedule',
	title: 'Create a schedule',
	description:
		'Runs a package by itself, by cron or at an interval. Its runs act in your rights, checked at each start. dry_run tells the next fires; missed ones are made good by one run.',
	toolset: 'schedules',
	scope: 'write',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
	input: z.strictObject({
		package_id: packageId,
		name: z.string().min(1).max(200).describe('For people.'),
		...scheduleArguments,
		expected_version: expectedVersion,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: scheduleChangeOutput,
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => create(operations, principal, input),
});
