import { z } from 'zod';
import { packageDetailSchema } from '../../../model/views/package.ts';
import { createPackage as create } from '../../../operations/packages/create.ts';
import { outline } from '../../json-schema.ts';
import { defineTool } from '../../tool.ts';
import { workspaceId } from '../arguments.ts';
import { definitionArguments } from './definition.ts';

export const createPackage = defineTool({
	name: 'create_package',
	title: 'Create a package',
	description:
		'Stores a new package whole, or nothing: a definition with faults is refused with all of them. Returns package_id. Look up list_component_types and describe_component_type first; try a draft with validate_package; then run_package.',
	toolset: 'packages',
	scope: 'write',
	hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
	input: z.strictObject({
		name: z.string().min(1).max(255).describe('For people; need not be unique.'),
		...definitionArguments,
		workspace_id: workspaceId.optional(),
		description: z.string().max(4096).optional().describe('What it is for.'),
		flow_version: z.string().max(20).optional().describe('2.0.0 unless given.'),
		variables: definitionArguments.variables.optional(),
		settings: definitionArguments.settings.optional(),
	}),
	output: z.object({ package_id: z.int(), package: packageDetailSchema.meta(outline).describe('As get_package shows it.') }),
	run: (input, { operations, principal }) => create(operations, principal, input),
});
