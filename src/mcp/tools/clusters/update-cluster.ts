import * as z from 'zod';
import { updateCluster as update } from '../../../operations/clusters/change.ts';
import { defineTool } from '../../tool.ts';
import { clusterArguments, clusterChangeArguments, clusterChangeOutput } from './arguments.ts';

export const updateCluster = defineTool({
	name: 'update_cluster',
	title: 'Change a cluster',
	description:
		'Changes what is given and keeps the rest. More nodes begin waiting runs at once; with fewer, runs under way go on. Use it when runs stay queued (list_clusters, get_system_health).',
	toolset: 'clusters',
	scope: 'admin',
	hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
	input: z.strictObject({ ...clusterChangeArguments, name: z.string().min(1).max(200).optional().describe('For people.'), ...clusterArguments }),
	output: clusterChangeOutput,
	run: ({ idempotency_key: _, ...input }, { operations, principal }) => update(operations, principal, input),
});
