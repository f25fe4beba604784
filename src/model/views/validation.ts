import * as z from 'zod';

/** One fault, as `plan/fault.ts` has it. */
export const faultSchema = z.object({
	code: z.string(),
	component: z.string().nullable(),
	path: z.string(),
	message: z.string(),
	hint: z.string(),
});

export const validationSchema = z.object({
	status: z.enum(['valid', 'invalid']),
	package_id: z.int().nullable(),
	version: z.int().nullable(),
	errors: z.array(faultSchema),
	warnings: z.array(faultSchema),
	component_count: z.int(),
	runtime: z.number().describe('Seconds.'),
});
export type ValidationView = z.infer<typeof validationSchema>;
