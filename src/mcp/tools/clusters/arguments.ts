import * as z from 'zod';
import { clusterSettings } from '../../../model/cluster.ts';
import { clusterChangeSchema } from '../../../model/views/cluster.ts';
import { outline } from '../../json-schema.ts';
import { clusterId, dryRun, idempotencyKey } from '../arguments.ts';

/** What every tool takes that changes a cluster. */
export const clusterChangeArguments = {
	cluster_id: clusterId,
	expected_version: z.int().min(1).optional().describe('version from list_clusters; conflict if it moved on.'),
	dry_run: dryRun,
	idempotency_key: idempotencyKey,
} as const;

/** What a cluster is made of, beside its name. */
export const clusterArguments = {
	nodes: clusterSettings.nodes.optional().describe('Runs at a time.'),
	type: clusterSettings.type.optional().describe('A sandbox has one node.'),
	region: clusterSettings.region
		.optional()
		.describe('Where its runs are made: edge is near whoever starts them, weur western Europe, enam eastern North America …'),
	terminate_on_idle: clusterSettings.terminate_on_idle.optional().describe('Whether it ends after time_to_idle without a run; the next run begins it again.'),
	time_to_idle: clusterSettings.time_to_idle.optional().describe('Seconds.'),
} as const;

/** The difference as clients read it: what it holds is told by itself. */
export const clusterChangeOutput = clusterChangeSchema.extend({
	changes: clusterChangeSchema.shape.changes.meta(outline).describe('field, before, after.'),
});
