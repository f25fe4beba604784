import * as z from 'zod';
import { searchAll as search } from '../../../operations/search/search-all.ts';
import { defineTool } from '../../tool.ts';

export const searchAll = defineTool({
	name: 'search_all',
	title: 'Search everything',
	description:
		'Finds packages (name, description, component names), connections, clusters, workspaces, schedules, and failed runs (by their error) that hold every word, best first within each type. Parts of words match. For a listing use the list_* tools.',
	toolset: 'search',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		query: z.string().min(1).max(200).describe('Words to find, in any case and order; no operators.'),
		types: z
			.array(z.enum(['packages', 'connections', 'clusters', 'workspaces', 'schedules', 'runs']))
			.max(6)
			.optional()
			.describe('Only these; all unless given.'),
		per_type_limit: z.int().min(1).max(50).default(10).describe('Results of each type.'),
	}),
	output: z.object({
		results: z.array(
			z.object({ type: z.enum(['package', 'connection', 'cluster', 'workspace', 'schedule', 'run']), id: z.int(), name: z.string(), text: z.string() }),
		),
	}),
	grows: ['per_type_limit'],
	userData: ['results'],
	run: (input, { operations, principal }) => search(operations, principal, input),
});
