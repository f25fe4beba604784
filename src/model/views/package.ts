import * as z from 'zod';
import { edgeSchema, flowTypeSchema, packageStatusSchema, settingsSchema, variableSchema } from '../package.ts';
import { packageRightSchema } from '../package-right.ts';
import { runStatusSchema } from '../run.ts';

export const packageItemSchema = z.object({
	id: z.int(),
	name: z.string(),
	description: z.string().describe('Cut at 200 characters.'),
	workspace_id: z.int(),
	flow_type: flowTypeSchema,
	status: packageStatusSchema,
	version: z.int(),
	owner_id: z.int(),
	created_at: z.string(),
	updated_at: z.string(),
	last_run_id: z.int().nullable(),
	last_run_status: runStatusSchema.nullable(),
	permissions: z.array(packageRightSchema).describe('Yours.'),
	sources: z.array(z.string()).describe('Connections it reads.'),
	destinations: z.array(z.string()).describe('Connections it writes.'),
});
export type PackageItem = z.infer<typeof packageItemSchema>;

/** What `include_full_graph` adds: the public package format, secret defaults left out. */
export const dataFlowSchema = z.object({
	components: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))),
	edges: z.array(edgeSchema),
	settings: settingsSchema,
});

export const packageDetailSchema = packageItemSchema.extend({
	description: z.string(),
	workspace_name: z.string(),
	flow_version: z.string(),
	owner_email: z.string(),
	component_count: z.int(),
	edge_count: z.int(),
	component_types: z.record(z.string(), z.int()).describe('Wrapper key to number of components.'),
	variables_count: z.int(),
	connections: z.array(z.object({ id: z.int(), name: z.string(), type: z.string() })).describe('Connectors it uses.'),
	schedules: z
		.array(z.object({ id: z.int(), name: z.string(), enabled: z.boolean(), when: z.string(), next_run_at: z.string().nullable() }))
		.describe('When it runs by itself.'),
	variables: z.record(z.string(), variableSchema).optional(),
	data_flow_json: dataFlowSchema.optional(),
});
export type PackageDetail = z.infer<typeof packageDetailSchema>;
