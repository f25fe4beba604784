import * as z from 'zod';

export const connectionStatusSchema = z.enum(['unchecked', 'ok', 'failed']);
export type ConnectionStatus = z.infer<typeof connectionStatusSchema>;

export const connectionItemSchema = z.object({ id: z.int(), name: z.string(), type: z.string(), status: connectionStatusSchema });
export const connectionHealthSchema = connectionItemSchema.extend({
	last_checked_at: z.string().nullable().optional().describe('With include_health.'),
	last_check_message: z.string().nullable().optional(),
});
export type ConnectionItem = z.infer<typeof connectionHealthSchema>;

export const connectionDetailSchema = connectionItemSchema.extend({
	kind: z.enum(['files', 'tables', 'http']),
	config: z.record(z.string(), z.unknown()).describe('Host, port, database … never a credential.'),
	suggested_components: z.array(z.string()),
	last_checked_at: z.string().nullable(),
	last_check_message: z.string().nullable(),
	created_at: z.string(),
	updated_at: z.string(),
});
export type ConnectionDetail = z.infer<typeof connectionDetailSchema>;

export const columnSchema = z.object({
	name: z.string(),
	type: z.string(),
	native_type: z.string(),
	nullable: z.boolean(),
	primary_key: z.boolean(),
});

export const discoveredSchema = z.object({
	connection_id: z.int(),
	tables: z.array(z.object({ schema_name: z.string().nullable(), name: z.string(), columns: z.array(columnSchema).optional() })),
	total: z.int(),
	next_offset: z.int().nullable(),
});
export type DiscoveredSchema = z.infer<typeof discoveredSchema>;

export const previewSchema = z.object({
	connection_id: z.int(),
	schema_name: z.string().nullable(),
	table: z.string(),
	columns: z.array(columnSchema),
	rows: z.array(z.record(z.string(), z.unknown())),
	row_count: z.int(),
	truncated: z.boolean().describe('There are more rows than were asked for.'),
});
export type PreviewView = z.infer<typeof previewSchema>;
