import * as z from 'zod';
import { revertPackage as revert } from '../../../operations/packages/versions.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';

export const revertPackage = defineTool({
	name: 'revert_package',
	title: 'Bring back a version',
	description:
		'Writes a new version of a package equal to an older one, name and description included; no version is lost. Look first with diff_package_versions, or dry_run.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({ ...changeArguments, version: z.int().min(1).describe('The one to bring back, from list_package_versions.') }),
	output: changeOutput,
	run: (input, { operations, principal }) => revert(operations, principal, input),
});
