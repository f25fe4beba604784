import * as z from 'zod';
import { clusterStatusSchema } from '../../../model/cluster.ts';
import { clusterViewSchema } from '../../../model/views/cluster.ts';
import { listClusters as list } from '../../../operations/clusters/list.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, page } from '../arguments.ts';

export const listClusters = defineTool({
	name: 'list_clusters',
	title: 'List clusters',
	description:
		'Clusters that runs are queued on: status, nodes (runs at a time), what runs and waits there now. Use an id as cluster_id of run_package; left out there, the default cluster is used.',
	toolset: 'clusters',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ status: clusterStatusSchema.optional().describe('Only clusters of this status.'), ...page(25, 50) }),
	output: z.object({ clusters: z.array(clusterViewSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
