import * as z from 'zod';
import { updateComponents } from '../../../operations/packages/update-components.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';

export const updatePackageComponents = defineTool({
	name: 'update_package_components',
	title: 'Change components',
	description:
		'Changes fields of components of a package and writes a new version, or nothing: one unknown name or one fault and all is refused. Nested objects are merged, lists replaced whole, null removes a field. To rewire use update_package_edges.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({
		...changeArguments,
		updates: z
			.array(
				z.strictObject({
					component_name: z.string().min(1).max(200).describe('Its name, from get_package include_full_graph.'),
					updates: z.record(z.string(), z.unknown()).describe('{field: new value}; fields from describe_component_type.'),
				}),
			)
			.min(1)
			.max(500)
			.describe('One entry a component.'),
	}),
	output: changeOutput,
	run: (input, { operations, principal }) => updateComponents(operations, principal, input),
});
