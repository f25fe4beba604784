import * as z from 'zod';
import { updateSettings } from '../../../operations/packages/update-head.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';
import { definitionArguments } from './definition.ts';

export const updatePackageSettings = defineTool({
	name: 'update_package_settings',
	title: 'Change settings',
	description: 'Changes how runs of a package treat bad rows, time and changed sources, as a new version. Settings that are not named stay as they are.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({
		...changeArguments,
		set: definitionArguments.settings.optional(),
		remove: z
			.array(z.enum(['max_errors', 'timeout_minutes', 'contracts']))
			.optional()
			.describe('Settings whose default shall hold again.'),
	}),
	output: changeOutput,
	run: (input, { operations, principal }) => updateSettings(operations, principal, input),
});
