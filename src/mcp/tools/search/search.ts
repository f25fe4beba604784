import * as z from 'zod';
import { searchDocuments } from '../../../operations/documents/search.ts';
import { defineTool } from '../../tool.ts';

export const search = defineTool({
	name: 'search',
	title: 'Search documents',
	description:
		'Documents for deep research: packages, failed runs, connections and component types that hold every word of the query. Read one with fetch. To search with filters use search_all, search_runs or search_package_code.',
	toolset: 'search',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ query: z.string().min(1).max(500).describe('Words to find; no operators.') }),
	output: z.object({ results: z.array(z.object({ id: z.string(), title: z.string(), url: z.string() })) }),
	oneText: true,
	run: async ({ query }, { operations, principal }) => ({ results: await searchDocuments(operations, principal, query) }),
});
