import * as z from 'zod';
import { packageVersionItemSchema } from '../../../model/views/package-change.ts';
import { listVersions } from '../../../operations/packages/versions.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, packageId, page } from '../arguments.ts';

export const listPackageVersions = defineTool({
	name: 'list_package_versions',
	title: 'List versions of a package',
	description: 'Every version of a package, newest first: who wrote it, when, through which tool. For what changed use diff_package_versions.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ package_id: packageId, ...page(25, 100) }),
	output: z.object({ versions: z.array(packageVersionItemSchema), current_version: z.int(), next_cursor: nextCursor }),
	grows: ['limit'],
	run: (input, { operations, principal }) => listVersions(operations, principal, input),
});
