import * as z from 'zod';
import { CATEGORIES } from '../../../catalogue/component-hint.ts';
import { listComponents } from '../../../catalogue/describe.ts';
import { defineTool } from '../../tool.ts';

export const listComponentTypes = defineTool({
	name: 'list_component_types',
	title: 'List component types',
	description:
		'What a package may be made of: sources, transformations, destinations, and tasks of workflows, each with its wrapper_key and what it does. For the fields of one and an example to copy use describe_component_type.',
	toolset: 'components',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ category: z.enum(CATEGORIES).optional().describe('Only this kind.') }),
	output: z.object({
		components: z.array(
			z.object({
				name: z.string(),
				category: z.enum(CATEGORIES),
				class_name: z.string(),
				docs: z.string(),
				wrapper_key: z.string(),
				specific_component_type: z.string(),
				aliases: z.array(z.string()).describe('Wrapper keys of vendors: the same over a connection of that vendor.'),
			}),
		),
	}),
	run: async ({ category }) => ({ components: listComponents(category).map((component) => ({ ...component, aliases: [...component.aliases] })) }),
});
