import * as z from 'zod';
import { workspaceSchema } from '../../../model/views/workspace.ts';
import { listWorkspaces as list } from '../../../operations/workspaces/list.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, page } from '../arguments.ts';

export const listWorkspaces = defineTool({
	name: 'list_workspaces',
	title: 'List workspaces',
	description:
		'Workspaces of the account with package_count and how many packages last failed or completed. Start here to see how the account is doing; then list_packages with a workspace_id, or list_runs with status failed.',
	toolset: 'account',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject(page(100, 100)),
	output: z.object({ workspaces: z.array(workspaceSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => list(operations, principal, input),
});
