import * as z from 'zod';
import { removeCluster } from '../../../operations/clusters/remove.ts';
import { defineTool } from '../../tool.ts';
import { clusterChangeArguments } from './arguments.ts';

export const deleteCluster = defineTool({
	name: 'delete_cluster',
	title: 'Delete a cluster',
	description:
		'Deletes a cluster for good; its runs stay in the history. Refused for the default one, while a schedule names it, and while runs on it have not ended. An idle cluster costs nothing and need not be deleted.',
	toolset: 'clusters',
	scope: 'admin',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
	input: z.strictObject(clusterChangeArguments),
	output: z.object({ cluster_id: z.int(), name: z.string(), deleted: z.boolean(), dry_run: z.boolean(), message: z.string() }),
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => removeCluster(operations, principal, input),
});
