import * as z from 'zod';
import { variableNameSchema } from '../../../model/package.ts';
import { variableValueSchema } from '../../../model/run.ts';
import { clusterReuseSchema, intervalUnitSchema, overlapSchema } from '../../../model/schedule.ts';
import { scheduleChangeSchema } from '../../../model/views/schedule.ts';
import { outline } from '../../json-schema.ts';
import { clusterId, dryRun, idempotencyKey } from '../arguments.ts';

export const scheduleId = z.int().min(1).describe('From list_schedules.');

/** What every tool takes that changes a schedule. */
export const scheduleChangeArguments = {
	schedule_id: scheduleId,
	expected_version: z.int().min(1).optional().describe('version from get_schedule; conflict if it moved on.'),
	dry_run: dryRun,
	idempotency_key: idempotencyKey,
} as const;

/** The difference as clients read it: what it holds is told by itself. */
export const scheduleChangeOutput = scheduleChangeSchema.extend({
	changes: scheduleChangeSchema.shape.changes.meta(outline).describe('field, before, after.'),
});

/** What a schedule is made of, beside its package and name. */
export const scheduleArguments = {
	description: z.string().max(4096).optional().describe('What it is for.'),
	cron: z.string().max(200).optional().describe('Five fields, UTC: "0 6 * * MON-FRI". Or an interval:'),
	interval_amount: z.int().min(1).max(100_000).optional().describe('Every so many units from start_at.'),
	interval_unit: intervalUnitSchema.optional().describe('Of interval_amount.'),
	start_at: z.string().max(40).optional().describe('No run before: 2027-01-31T06:00:00Z.'),
	enabled: z.boolean().optional().describe('On or off.'),
	variables: z.record(variableNameSchema, variableValueSchema).optional().describe('{name: value} of each run.'),
	dynamic_variables: z.record(variableNameSchema, z.string()).optional().describe('{name: expression}.'),
	overlap: overlapSchema.optional().describe('While a run goes on: skip (default), queue one, allow both.'),
	auto_retry: z.boolean().optional().describe('Try a failed run again after 1, 2, 4… minutes.'),
	auto_retry_attempts: z.int().min(1).max(5).optional().describe('How often.'),
	cluster_id: clusterId.optional().describe('From list_clusters.'),
	cluster_reuse: clusterReuseSchema.optional().describe('any: that cluster (default); self: its own; none: a new one each run.'),
} as const;
