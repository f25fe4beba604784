import * as z from 'zod';

export const codeMatchSchema = z.object({
	package_id: z.int(),
	package_name: z.string(),
	component: z.string().nullable().describe('Null: a variable.'),
	path: z.string().describe('Inside the component.'),
	line: z.int(),
	text: z.string(),
	before: z.array(z.string()),
	after: z.array(z.string()),
});
export type CodeMatch = z.infer<typeof codeMatchSchema>;
