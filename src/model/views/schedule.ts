import * as z from 'zod';
import { runStatusSchema, variableValueSchema } from '../run.ts';
import { clusterReuseSchema, intervalUnitSchema, overlapSchema } from '../schedule.ts';

export const scheduleItemSchema = z.object({
	id: z.int(),
	name: z.string(),
	package_id: z.int(),
	package_name: z.string(),
	enabled: z.boolean(),
	cron: z.string().nullable().describe('UTC.'),
	interval_amount: z.int().nullable(),
	interval_unit: intervalUnitSchema.nullable(),
	next_run_at: z.string().nullable(),
	last_run_at: z.string().nullable(),
	last_run_id: z.int().nullable(),
	last_run_status: runStatusSchema.nullable(),
	execution_count: z.int(),
	last_error: z.string().nullable().describe('Why its last fire started no run.'),
});
export type ScheduleItem = z.infer<typeof scheduleItemSchema>;

export const scheduleDetailSchema = scheduleItemSchema.extend({
	version: z.int(),
	description: z.string(),
	owner: z.string().describe('In whose rights it runs.'),
	start_at: z.string(),
	overlap: overlapSchema,
	auto_retry: z.boolean(),
	auto_retry_attempts: z.int(),
	cluster_id: z.int().nullable(),
	cluster_reuse: clusterReuseSchema,
	variables: z.record(z.string(), variableValueSchema).describe('Secret values are [redacted].'),
	dynamic_variables: z.record(z.string(), z.string()),
	skipped_count: z.int().describe('Fires that found the run before unfinished.'),
	waiting_since: z.string().nullable(),
	upcoming: z.array(z.string()),
	recent_runs: z.array(z.object({ run_id: z.int(), status: runStatusSchema, scheduled_for: z.string(), attempt: z.int() })),
	created_at: z.string(),
	updated_at: z.string(),
});
export type ScheduleDetail = z.infer<typeof scheduleDetailSchema>;

export const scheduleChangeSchema = z.object({
	schedule_id: z.int().optional(),
	version: z.int(),
	dry_run: z.boolean(),
	changed: z.boolean(),
	next_run_at: z.string().nullable(),
	upcoming: z.array(z.string()),
	changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});
export type ScheduleChange = z.infer<typeof scheduleChangeSchema>;
