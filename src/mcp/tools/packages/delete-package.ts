import * as z from 'zod';
import { packageStatusSchema } from '../../../model/package.ts';
import { archivePackage } from '../../../operations/packages/archive.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints } from './change.ts';

export const deletePackage = defineTool({
	name: 'delete_package',
	title: 'Archive a package',
	description:
		'Archives a package: it cannot be run or changed any more, its versions and runs stay. Refused while an active schedule refers to it: disable that first. Be sure of the package_id.',
	toolset: 'packages',
	scope: 'write',
	hints: { ...changeHints, destructive: true, openWorld: false },
	input: z.strictObject(changeArguments),
	output: z.object({
		package_id: z.int(),
		status: packageStatusSchema,
		version: z.int(),
		dry_run: z.boolean(),
		message: z.string(),
	}),
	run: (input, { operations, principal }) => archivePackage(operations, principal, input),
});
