import * as z from 'zod';

export const packageDiffSchema = z.object({
	added: z.array(z.string()).describe('Names of components.'),
	removed: z.array(z.string()),
	changed: z.array(
		z.object({
			component: z.string().nullable().describe('Null: the package itself.'),
			path: z.string().describe('Inside the component, e.g. columns[0].alias.'),
			before: z.unknown().optional().describe('Absent: it was not there.'),
			after: z.unknown().optional().describe('Absent: it is gone.'),
		}),
	),
	edges_added: z.array(z.string()).describe('source → target, by name.'),
	edges_removed: z.array(z.string()),
});
export type PackageDiff = z.infer<typeof packageDiffSchema>;

export const packageChangeSchema = z.object({
	package_id: z.int(),
	version: z.int().describe('Current version after this call.'),
	dry_run: z.boolean(),
	changed: z.boolean().describe('False: nothing differed, so no version was written.'),
	diff: packageDiffSchema,
	warnings: z.array(z.string()),
});
export type PackageChange = z.infer<typeof packageChangeSchema>;

export const packageVersionItemSchema = z.object({
	version: z.int(),
	name: z.string(),
	user: z.string().describe('Who wrote it.'),
	grant_id: z.int().nullable().describe('Through which token.'),
	tool: z.string(),
	created_at: z.string(),
});
export type PackageVersionItem = z.infer<typeof packageVersionItemSchema>;
