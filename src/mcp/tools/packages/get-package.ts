import * as z from 'zod';
import { packageDetailSchema } from '../../../model/views/package.ts';
import { getPackage as get } from '../../../operations/packages/get.ts';
import { defineTool } from '../../tool.ts';
import { packageId, packageName } from '../arguments.ts';

export const getPackage = defineTool({
	name: 'get_package',
	title: 'Get a package',
	description:
		'One package by id or name: owner, version, connectors, your permissions, and a summary of its graph (how many components and edges, which types). Ask for the full graph only to read or change the components themselves.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId.optional(),
		name: packageName,
		include_full_graph: z.boolean().default(false).describe('Adds data_flow_json: components, edges, settings.'),
	}),
	output: packageDetailSchema,
	grows: ['include_full_graph'],
	run: (input, { operations, principal }) => get(operations, principal, input),
});
