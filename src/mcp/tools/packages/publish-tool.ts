import * as z from 'zod';
import { publishTool as publish } from '../../../operations/publishing/publish.ts';
import { outline } from '../../json-schema.ts';
import { published } from '../../listing.ts';
import { publishedTool } from '../../published/published-tool.ts';
import { defineTool } from '../../tool.ts';
import { changeArguments } from './change.ts';

export const publishTool = defineTool({
	name: 'publish_tool',
	title: 'Publish a package as a tool',
	description:
		'Makes a package a tool of its own (pkg_…), typed from its variables, at once in tools/list of whoever may run the package; or takes it away. Secret variables are never arguments. New versions of the package change the tool with them.',
	toolset: 'packages',
	scope: 'admin',
	hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
	input: z.strictObject({
		...changeArguments,
		published: z.boolean().default(true).describe('false takes the tool away.'),
		tool_name: z.string().min(1).max(48).optional().describe('a-z 0-9 _ -; pkg_ is put before it. From the package name unless given.'),
		description: z.string().max(600).optional().describe("For whoever chooses tools: what it is for. The package's own unless given."),
		variables: z.array(z.string().min(1).max(128)).max(30).optional().describe('Only these are arguments; all but secret ones unless given.'),
	}),
	output: z.object({
		package_id: z.int(),
		dry_run: z.boolean(),
		changed: z.boolean(),
		tool: z.string().nullable(),
		definition: z.record(z.string(), z.unknown()).meta(outline).describe('As tools/list shows it.').optional(),
	}),
	async run(input, { operations, principal }) {
		const { publication, ...answer } = await publish(operations, principal, input);
		if (publication === null) return { ...answer, tool: null };
		const { name, description, inputSchema } = published(publishedTool(publication));
		return { ...answer, tool: name, definition: { name, description, inputSchema } };
	},
});
