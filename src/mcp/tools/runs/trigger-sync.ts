import * as z from 'zod';
import { variableNameSchema } from '../../../model/package.ts';
import { variableValueSchema } from '../../../model/run.ts';
import { namedPackage } from '../../../operations/runs/named-package.ts';
import { submitRun } from '../../../operations/runs/submit.ts';
import { tryRun } from '../../../operations/runs/try-run.ts';
import { defineTool } from '../../tool.ts';
import { dryRun, expectedVersion, idempotencyKey, packageId, packageName } from '../arguments.ts';
import { previewedRun, startedRun, startedRunSchema, waitSeconds } from './started.ts';

export const triggerSync = defineTool({
	name: 'trigger_sync',
	title: 'Trigger a sync',
	description:
		'run_package by name: starts a package (flow) now, on the default cluster, and returns the new run_id. Poll get_run, or give wait_seconds. For a payload, expressions or another cluster use run_package.',
	toolset: 'runs',
	scope: 'run',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
	task: 'run',
	input: z.strictObject({
		package_id: packageId.optional(),
		name: packageName,
		variables: z.record(variableNameSchema, variableValueSchema).optional().describe('{name: value} over the package defaults (get_package).'),
		wait_seconds: waitSeconds,
		expected_version: expectedVersion,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: startedRunSchema,
	userData: ['outputs', 'errors'],
	async run({ package_id, name, variables, wait_seconds, expected_version, dry_run }, context) {
		const { operations, principal } = context;
		const id = await namedPackage(operations, principal, { package_id, name });
		const order = { package_id: id, variables, expected_version };
		if (dry_run) return previewedRun(await tryRun(operations, principal, order));
		return startedRun(await submitRun(operations, principal, order), wait_seconds, context);
	},
});
