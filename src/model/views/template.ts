import * as z from 'zod';
import { edgeSchema, flowTypeSchema, settingsSchema, variableSchema } from '../package.ts';

export const templateKindSchema = z.enum(['package', 'field_mapping']);

export const templateItemSchema = z.object({
	template: z.string(),
	title: z.string(),
	summary: z.string(),
	kind: templateKindSchema,
	flow_type: flowTypeSchema,
	systems: z.array(z.string()),
});
export type TemplateItem = z.infer<typeof templateItemSchema>;

export const templateDefinitionSchema = z.object({
	name: z.string(),
	description: z.string(),
	flow_type: flowTypeSchema,
	components: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))),
	edges: z.array(edgeSchema),
	variables: z.record(z.string(), variableSchema),
	settings: settingsSchema,
});

export const templateDetailSchema = templateItemSchema.extend({
	definition: templateDefinitionSchema,
	payload: z.array(z.record(z.string(), z.unknown())).optional().describe('Sample rows for run_package.'),
	notes: z.array(z.string()),
});
export type TemplateDetail = z.infer<typeof templateDetailSchema>;
