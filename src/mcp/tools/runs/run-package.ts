import * as z from 'zod';
import { variableNameSchema } from '../../../model/package.ts';
import { MOST_LABELS, prioritySchema, runLabelSchema, variableValueSchema } from '../../../model/run.ts';
import { submitRun } from '../../../operations/runs/submit.ts';
import { tryRun } from '../../../operations/runs/try-run.ts';
import { defineTool } from '../../tool.ts';
import { clusterId, dryRun, expectedVersion, idempotencyKey, packageId } from '../arguments.ts';
import { previewedRun, startedRun, startedRunSchema, waitSeconds } from './started.ts';

export const runPackage = defineTool({
	name: 'run_package',
	title: 'Run a package',
	description:
		'Starts a run and returns its run_id at once; poll get_run. With wait_seconds the answer waits that long and carries outputs or errors when the run ended meanwhile. A package with faults is not started: all of them are told.',
	toolset: 'runs',
	scope: 'run',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
	task: 'run',
	input: z.strictObject({
		package_id: packageId,
		cluster_id: clusterId.optional(),
		variables: z.record(variableNameSchema, variableValueSchema).optional().describe('{name: value} over the package defaults (get_package).'),
		dynamic_variables: z.record(variableNameSchema, z.string()).optional().describe('{name: expression}, evaluated once at the start.'),
		payload: z.array(z.record(z.string(), z.unknown())).optional().describe('Rows for a payload source, which must be given some: [] for none.'),
		labels: z.array(runLabelSchema).max(MOST_LABELS).optional().describe('Names of yours to find the run by (search_runs).'),
		priority: prioritySchema.default('normal').describe('In the queue of its cluster.'),
		wait_seconds: waitSeconds,
		expected_version: expectedVersion,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: startedRunSchema,
	userData: ['outputs', 'errors'],
	async run({ wait_seconds, dry_run, idempotency_key: _, ...order }, context) {
		if (dry_run) return previewedRun(await tryRun(context.operations, context.principal, order));
		return startedRun(await submitRun(context.operations, context.principal, order), wait_seconds, context);
	},
});
