import * as z from 'zod';
import { PACKAGE_LIMITS } from '../../../model/package.ts';
import { clonePackage as clone } from '../../../operations/packages/clone.ts';
import { defineTool } from '../../tool.ts';
import { workspaceId } from '../arguments.ts';
import { changeArguments, changeHints, createdOutput } from './change.ts';

export const clonePackage = defineTool({
	name: 'clone_package',
	title: 'Clone a package',
	description:
		'Makes a new package like the current version of another, variables and settings included, and returns its package_id. Schedules and runs do not come along.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({
		...changeArguments,
		name: z.string().min(1).max(PACKAGE_LIMITS.nameLength).optional().describe("The original's with (copy) unless given."),
		workspace_id: workspaceId.describe("From list_workspaces; the original's unless given.").optional(),
	}),
	output: createdOutput,
	run: async (input, { operations, principal }) => ({ dry_run: input.dry_run, ...(await clone(operations, principal, input)) }),
});
