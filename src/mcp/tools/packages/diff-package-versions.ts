import * as z from 'zod';
import { diffVersions } from '../../../operations/packages/versions.ts';
import { defineTool } from '../../tool.ts';
import { packageId } from '../arguments.ts';
import { shownDiff } from './change.ts';

export const diffPackageVersions = defineTool({
	name: 'diff_package_versions',
	title: 'Compare versions of a package',
	description:
		'What changed between two versions of a package: components added, removed and changed (path, before, after), edges, variables, settings. Without versions: the last change. revert_package brings an older one back.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId,
		from_version: z.int().min(1).optional().describe('From list_package_versions; the one before to_version unless given.'),
		to_version: z.int().min(1).optional().describe('From list_package_versions; the current one unless given.'),
	}),
	output: z.object({ package_id: z.int(), from_version: z.int(), to_version: z.int(), diff: shownDiff }),
	run: (input, { operations, principal }) => diffVersions(operations, principal, input),
});
