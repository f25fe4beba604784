import * as z from 'zod';
import { runItemPageSchema } from '../../../model/views/run-item.ts';
import { runItemPage } from '../../../operations/runs/item.ts';
import { defineTool } from '../../tool.ts';
import { page, runId } from '../arguments.ts';

export const getRunItem = defineTool({
	name: 'get_run_item',
	title: 'Search inside a run',
	description:
		'Reads or searches a large part of a run page by page, however long it is: its whole log, the payload it was given, all rows of a result, the records it refused. Long entries are shortened: give entry (and offset) for one whole.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		run_id: runId,
		item: z.enum(['log', 'payload', 'result', 'bad_records']).describe('Which part.'),
		component: z.string().max(255).optional().describe('Of a result or bad records: the component, by id or name (get_run).'),
		search: z.string().min(1).max(200).optional().describe('Only entries that hold this text, in any case.'),
		entry: z.int().min(1).optional().describe('Only the entry of this index, 16,000 characters of it.'),
		offset: z.int().min(0).optional().describe('With entry: characters to skip.'),
		...page(20, 200),
	}),
	output: runItemPageSchema,
	grows: ['limit', 'entry'],
	userData: ['entries'],
	run: (input, { operations, principal }) => runItemPage(operations, principal, input),
});
