import * as z from 'zod';
import { manageVariables } from '../../../operations/packages/variables.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';
import { definitionArguments } from './definition.ts';

export const managePackageVariables = defineTool({
	name: 'manage_package_variables',
	title: 'Manage variables',
	description:
		'Sets and removes variables of a package, as a new version. One that is still used is not removed; secret ones are refused here. To give other values for one run use variables of run_package.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({
		...changeArguments,
		set: definitionArguments.variables.describe('{name: default} or {name: {type, default, required, description}}.').optional(),
		remove: z.array(z.string().min(1).max(128)).max(500).optional().describe('Names, from get_package.'),
	}),
	output: changeOutput,
	run: (input, { operations, principal }) => manageVariables(operations, principal, input),
});
