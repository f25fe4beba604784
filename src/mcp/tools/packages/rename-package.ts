import * as z from 'zod';
import { PACKAGE_LIMITS } from '../../../model/package.ts';
import { renamePackage as rename } from '../../../operations/packages/update-head.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';

export const renamePackage = defineTool({
	name: 'rename_package',
	title: 'Rename a package',
	description: 'Gives a package another name or description, as a new version; its components are not touched. For those use update_package_components.',
	toolset: 'packages',
	scope: 'write',
	hints: { ...changeHints, openWorld: false },
	input: z.strictObject({
		...changeArguments,
		name: z.string().min(1).max(PACKAGE_LIMITS.nameLength).optional().describe('The new one; kept when left out.'),
		description: z.string().max(4096).optional().describe('The new one; kept when left out.'),
	}),
	output: changeOutput,
	run: (input, { operations, principal }) => rename(operations, principal, input),
});
