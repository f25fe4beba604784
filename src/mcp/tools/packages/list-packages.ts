import * as z from 'zod';
import { flowTypeSchema, packageStatusSchema } from '../../../model/package.ts';
import { packageItemSchema } from '../../../model/views/package.ts';
import { listPackages as list } from '../../../operations/packages/list.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, page, workspaceId } from '../arguments.ts';

export const listPackages = defineTool({
	name: 'list_packages',
	title: 'List packages',
	description:
		'Packages (data pipelines), newest first, each with its version, sources, destinations and last_run_status. For what a package does use get_package; for its runs list_runs.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		flow_type: flowTypeSchema.optional().describe('Only this kind; both when left out.'),
		status: packageStatusSchema.default('active').describe('Archived ones are listed only when asked for.'),
		workspace_id: workspaceId.optional(),
		...page(25, 100),
	}),
	output: z.object({ packages: z.array(packageItemSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
