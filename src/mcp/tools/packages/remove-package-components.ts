import * as z from 'zod';
import { removeComponents } from '../../../operations/packages/update-graph.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';
import { definitionArguments } from './definition.ts';

export const removePackageComponents = defineTool({
	name: 'remove_package_components',
	title: 'Remove components',
	description:
		'Removes components from a package with every edge that touches them, as a new version; one unknown name and nothing is removed. Give edges to join up what was on both sides of them.',
	toolset: 'packages',
	scope: 'write',
	hints: { ...changeHints, destructive: true },
	input: z.strictObject({
		...changeArguments,
		component_names: z.array(z.string().min(1).max(200)).min(1).max(500).describe('Names, from get_package include_full_graph.'),
		edges: definitionArguments.edges.describe('Edges to add, each {source, target}.').optional(),
	}),
	output: changeOutput,
	run: (input, { operations, principal }) => removeComponents(operations, principal, input),
});
