import * as z from 'zod';
import { runStatusSchema } from '../run.ts';

export const runErrorsSchema = z.object({
	run_id: z.int(),
	status: runStatusSchema,
	last_error: z.string().nullable(),
	classes: z.array(z.object({ component: z.string(), class: z.string(), count: z.int() })).describe('Of the whole run; known once it ended.'),
	errors: z.array(
		z.object({
			component: z.string().describe('Component id.'),
			name: z.string(),
			row: z.int(),
			class: z.string(),
			field: z.string().nullable(),
			message: z.string(),
			value: z.string().optional(),
			record: z.string().describe('The row as JSON, secrets redacted.'),
		}),
	),
	next_cursor: z.string().nullable(),
});
export type RunErrors = z.infer<typeof runErrorsSchema>;

export const packageErrorSummarySchema = z.object({
	package_id: z.int(),
	package_name: z.string(),
	since: z.string().describe('Whole hours.'),
	until: z.string(),
	runs: z.int(),
	failed_runs: z.int(),
	classes: z.array(
		z.object({
			class: z.string(),
			component: z.string(),
			kind: z.enum(['bad_record', 'failure']),
			count: z.int(),
			runs: z.int(),
			last_run_id: z.int(),
		}),
	),
});
export type PackageErrorSummary = z.infer<typeof packageErrorSummarySchema>;
