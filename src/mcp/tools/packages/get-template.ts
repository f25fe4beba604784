import * as z from 'zod';
import { templateDefinitionSchema, templateDetailSchema } from '../../../model/views/template.ts';
import { getTemplate as get } from '../../../operations/packages/templates.ts';
import { outline } from '../../json-schema.ts';
import { defineTool } from '../../tool.ts';

export const getTemplate = defineTool({
	name: 'get_template',
	title: 'Get a template',
	description:
		'One template with connections (and, in workflows, a package) of this account filled in: change paths, fields and tables in its definition, try it with validate_package, then give it to create_package as it is. payload: sample rows for run_package.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ template: z.string().min(1).max(100).describe('From list_templates.') }),
	output: templateDetailSchema.extend({ definition: templateDefinitionSchema.meta(outline).describe('Arguments of create_package.') }),
	run: (input, { operations, principal }) => get(operations, principal, input),
});
