import * as z from 'zod';
import { addComponents } from '../../../operations/packages/update-graph.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';
import { definitionArguments } from './definition.ts';

export const addPackageComponents = defineTool({
	name: 'add_package_components',
	title: 'Add components',
	description:
		'Adds components to a package, and edges behind those it has, as a new version. To put one between two others: add it with the edge that leads to it, then rewire with update_package_edges.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({ ...changeArguments, components: definitionArguments.components, edges: definitionArguments.edges.optional() }),
	output: changeOutput,
	run: (input, { operations, principal }) => addComponents(operations, principal, input),
});
