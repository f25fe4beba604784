import * as z from 'zod';
import { readAnswer } from '../../../operations/answers/read.ts';
import { defineTool } from '../../tool.ts';

export const getResult = defineTool({
	name: 'get_result',
	title: 'Read the rest of a result',
	description:
		'Reads on in a result that was cut for its length: by the handle and path that its last line names, part by part. Handles work for a day, with the token that got them.',
	toolset: 'account',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		handle: z.string().min(1).max(100).describe('From the note of the cut result.'),
		path: z.string().max(1000).optional().describe('From the same note, e.g. outputs[0].rows; the whole result when left out.'),
		from: z.int().min(0).default(0).describe('Item of a list, or character, to begin with; next of the part before.'),
	}),
	output: z.object({
		path: z.string(),
		total: z.int().describe('Items, or characters.'),
		items: z.array(z.unknown()).optional(),
		text: z.string().optional(),
		next: z.int().nullable(),
	}),
	userData: ['items', 'text'],
	run: (input, { operations, principal }) => readAnswer(operations, principal, input),
});
