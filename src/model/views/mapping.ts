import * as z from 'zod';

const place = z.object({
	component: z.string().describe('Name.'),
	kind: z.enum(['table', 'query', 'files', 'api', 'payload', 'result']),
	connection_id: z.int().nullable(),
	place: z.string().describe('Table, path or query.'),
});

export const mappingSchema = z.object({
	destination: place,
	sources: z.array(place),
	fields: z.array(
		z.object({
			field: z.string(),
			type: z.string(),
			from: z.array(z.string()).describe('source component.field; none: a constant.'),
			through: z.array(z.string()).describe('component: what made it, in order.'),
		}),
	),
	rules: z
		.array(
			z.object({
				component: z.string(),
				kind: z.string(),
				rule: z.string(),
				fields: z.array(z.string()).describe('Destination fields made of what it looks at.'),
			}),
		)
		.describe('Filters, assertions and whatever else decides which rows arrive, in order.'),
});
export type Mapping = z.infer<typeof mappingSchema>;

export const targetUsersSchema = z.object({
	users: z.array(
		z.object({
			package_id: z.int(),
			package_name: z.string(),
			direction: z.enum(['read', 'write']),
			component: z.string(),
			kind: z.enum(['table', 'files', 'api']),
			connection_id: z.int().nullable(),
			place: z.string(),
		}),
	),
	complete: z.boolean().describe('False: some older packages are still being indexed.'),
	next_cursor: z.string().nullable(),
});
export type TargetUsers = z.infer<typeof targetUsersSchema>;
