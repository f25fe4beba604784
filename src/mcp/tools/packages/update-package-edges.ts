import * as z from 'zod';
import { updateEdges } from '../../../operations/packages/update-graph.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments, changeHints, changeOutput } from './change.ts';
import { definitionArguments } from './definition.ts';

export const updatePackageEdges = defineTool({
	name: 'update_package_edges',
	title: 'Replace edges',
	description:
		'Replaces all edges of a package at once and writes a new version. Every end must be a component of it, or the whole call is refused. Give the edges that stay too; get_package with include_full_graph shows them.',
	toolset: 'packages',
	scope: 'write',
	hints: changeHints,
	input: z.strictObject({ ...changeArguments, edges: definitionArguments.edges }),
	output: changeOutput,
	run: (input, { operations, principal }) => updateEdges(operations, principal, input),
});
