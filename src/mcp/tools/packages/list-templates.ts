import * as z from 'zod';
import { templateItemSchema, templateKindSchema } from '../../../model/views/template.ts';
import { listTemplates as list } from '../../../operations/packages/templates.ts';
import { defineTool } from '../../tool.ts';

export const listTemplates = defineTool({
	name: 'list_templates',
	title: 'List templates',
	description:
		'Packages to begin from: whole ones (load, join, deduplicate, quarantine, merge, pivot; workflows of tasks) and field mappings between systems. get_template gives one ready for create_package.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		kind: templateKindSchema.optional().describe('Only this kind; both when left out.'),
		system: z.string().max(50).optional().describe('A connection type or system this list shows, e.g. hubspot.'),
	}),
	output: z.object({ templates: z.array(templateItemSchema) }),
	run: async (input) => ({ templates: list(input) }),
});
