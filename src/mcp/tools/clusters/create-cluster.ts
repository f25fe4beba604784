import * as z from 'zod';
import { createCluster as create } from '../../../operations/clusters/change.ts';
import { defineTool } from '../../tool.ts';
import { dryRun, expectedAbsent, idempotencyKey } from '../arguments.ts';
import { clusterArguments, clusterChangeOutput } from './arguments.ts';

export const createCluster = defineTool({
	name: 'create_cluster',
	title: 'Create a cluster',
	description:
		'Makes a cluster: a queue of its own for runs, so many at a time. Give its id as cluster_id to run_package or a schedule. To let more runs go at once on one that is there use update_cluster.',
	toolset: 'clusters',
	scope: 'admin',
	hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
	input: z.strictObject({
		name: z.string().min(1).max(200).describe('For people.'),
		...clusterArguments,
		expected_version: expectedAbsent,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: clusterChangeOutput,
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => create(operations, principal, input),
});
