import * as z from 'zod';
import { runStatusSchema, variableValueSchema } from '../run.ts';
import { packageDiffSchema } from './package-change.ts';

const side = z.object({
	run_id: z.int(),
	package_id: z.int(),
	package_version: z.int(),
	status: runStatusSchema,
	submitted_at: z.string(),
	cluster_id: z.int(),
	runtime_in_seconds: z.number().nullable(),
	bad_records: z.int(),
	labels: z.array(z.string()),
});

export const runComparisonSchema = z.object({
	before: side,
	after: side,
	runtime_change_seconds: z.number().nullable(),
	version_diff: packageDiffSchema.nullable().describe('Null: the same version, or another package.'),
	variables: z.array(z.object({ name: z.string(), before: variableValueSchema.optional(), after: variableValueSchema.optional() })).describe('That differ.'),
	components: z
		.array(
			z.object({
				id: z.string(),
				name: z.string(),
				rows_in: z.array(z.int().nullable()),
				rows_out: z.array(z.int().nullable()),
				rows_bad: z.array(z.int().nullable()),
			}),
		)
		.describe('Whose counts differ: [before, after], null where it was not there.'),
	new_errors: z.array(z.object({ component: z.string(), class: z.string(), message: z.string() })),
	gone_errors: z.array(z.object({ component: z.string(), class: z.string(), message: z.string() })),
});
export type RunComparison = z.infer<typeof runComparisonSchema>;
