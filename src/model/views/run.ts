import * as z from 'zod';
import { prioritySchema, runStatusSchema, variableValueSchema } from '../run.ts';

export const runItemSchema = z.object({
	id: z.int(),
	package_id: z.int(),
	package_name: z.string(),
	package_version: z.int(),
	cluster_id: z.int(),
	status: runStatusSchema,
	progress: z.number().describe('0..1'),
	submitted_at: z.string(),
	started_at: z.string().nullable(),
	completed_at: z.string().nullable(),
	failed_at: z.string().nullable(),
	runtime_in_seconds: z.number().nullable(),
	last_error: z.string().nullable(),
	labels: z.array(z.string()),
	schedule_id: z.int().nullable(),
});
export type RunItem = z.infer<typeof runItemSchema>;

export const runListItemSchema = runItemSchema.extend({
	outputs: z.array(z.object({ name: z.string(), target: z.string().nullable(), records_count: z.int() })).describe('Per destination.'),
	bad_records: z.int(),
	error_rate: z.number().nullable().describe('Bad of the rows read, 0..1.'),
});
export type RunListItem = z.infer<typeof runListItemSchema>;

export const runOutputSchema = z.object({
	id: z.string(),
	name: z.string(),
	component: z.string(),
	records_count: z.int(),
	target: z.string().nullable(),
	rows: z.array(z.record(z.string(), z.unknown())).optional(),
	truncated: z.boolean(),
});

export const componentProgressSchema = z.object({
	id: z.string(),
	name: z.string(),
	component: z.string(),
	state: z.enum(['waiting', 'running', 'done', 'failed']),
	rows_in: z.int(),
	rows_out: z.int(),
	rows_bad: z.int(),
});
export type ComponentProgressView = z.infer<typeof componentProgressSchema>;

export const taskSchema = z.object({
	id: z.string(),
	name: z.string(),
	/** See `TaskStatus`: spelled out here it would cost every reader of the tool list. */
	status: z.string(),
	/** The run that it started. */
	run_id: z.int().nullable(),
	error: z.string().nullable(),
});
export type TaskView = z.infer<typeof taskSchema>;

export const componentFailureSchema = z.object({
	id: z.string(),
	name: z.string(),
	component: z.string(),
	class: z.string(),
	message: z.string(),
	hint: z.string(),
	row: z.int().nullable(),
	field: z.string().nullable(),
	sample: z.string().nullable(),
});
export type ComponentFailureView = z.infer<typeof componentFailureSchema>;

export const runDetailSchema = runItemSchema.extend({
	stopped_at: z.string().nullable(),
	creator: z.string(),
	payload_rows: z.int().nullable(),
	attempt: z.int(),
	retry_of: z.int().nullable(),
	parent_run_id: z.int().nullable(),
	priority: prioritySchema,
	schedule_name: z.string().nullable(),
	variables: z.record(z.string(), variableValueSchema),
	dynamic_variables: z.record(z.string(), z.string()),
	outputs: z.array(runOutputSchema),
	components: z.array(componentProgressSchema),
	tasks: z.array(taskSchema).optional(),
	errors: z.array(componentFailureSchema),
	log_tail: z.array(z.string()),
	log_lines: z.int(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const submittedRunSchema = z.object({
	run_id: z.int(),
	status: runStatusSchema,
	package_id: z.int(),
	package_version: z.int(),
	cluster_id: z.int(),
	queued_behind: z.int(),
});
export type SubmittedRun = z.infer<typeof submittedRunSchema>;

/** What a run would be that is not started. */
export const runPreviewSchema = z.object({
	dry_run: z.literal(true),
	package_id: z.int(),
	package_version: z.int(),
	cluster_id: z.int(),
	queued_behind: z.int(),
	would: z.object({
		/** The member whose rights it would act in. */
		acts_as: z.string(),
		/** Values of the package's own variables; secret ones blanked. */
		variables: z.record(z.string(), variableValueSchema),
		/** Of a dataflow: component and place. */
		reads: z.array(z.string()).optional(),
		writes: z.array(z.string()).optional(),
		/** Of a workflow, in order. */
		tasks: z.array(z.string()).optional(),
		/** Rows that a retry of failed records would feed in. */
		records: z.int().optional(),
	}),
});
export type RunPreview = z.infer<typeof runPreviewSchema>;

export const canceledRunSchema = z.object({ run_id: z.int(), status: runStatusSchema, dry_run: z.boolean(), message: z.string() });
export type CanceledRun = z.infer<typeof canceledRunSchema>;

export const failureExplanationSchema = z.object({
	run_id: z.int(),
	package_id: z.int(),
	package_name: z.string(),
	status: runStatusSchema,
	primary_error: componentFailureSchema.nullable(),
	failed_components: z.array(componentFailureSchema.extend({ run_id: z.int().describe('This run, or one that its tasks started.') })),
	error_patterns: z.array(z.object({ pattern: z.string(), count: z.int(), example: z.string() })),
	next_steps: z.array(z.string()),
	log_tail: z.array(z.string()),
});
export type FailureExplanation = z.infer<typeof failureExplanationSchema>;
