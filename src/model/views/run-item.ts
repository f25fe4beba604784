import * as z from 'zod';

export const runItemPageSchema = z.object({
	run_id: z.int(),
	item: z.enum(['log', 'payload', 'result', 'bad_records']),
	component: z.string().nullable().describe('Of a result.'),
	total: z.int().nullable().describe('Entries there are, where known.'),
	entries: z.array(z.object({ index: z.int(), text: z.string(), characters: z.int().describe('Of the whole entry.') })),
	next_cursor: z.string().nullable(),
});
export type RunItemPage = z.infer<typeof runItemPageSchema>;
