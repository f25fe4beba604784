import * as z from 'zod';
import { codeMatchSchema } from '../../../model/views/package-search.ts';
import { searchCode } from '../../../operations/packages/search-code.ts';
import { perhapsNamedPackage } from '../../../operations/runs/named-package.ts';
import { defineTool } from '../../tool.ts';
import { packageId, packageName, page } from '../arguments.ts';

export const searchPackageCode = defineTool({
	name: 'search_package_code',
	title: 'Search code of packages',
	description:
		'Lines of expressions, queries, code, paths and other texts inside components that match a regular expression, in one package or all active ones. next_cursor may come with few or no matches: go on with it. Use it before renaming a column, table or variable.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		pattern: z.string().min(1).max(1000).describe('RE2 regular expression, matched line by line.'),
		package_id: packageId.describe('From list_packages; all active packages when left out.').optional(),
		name: packageName,
		case_sensitive: z.boolean().default(false).describe('Case matters.'),
		context_lines: z.int().min(0).max(5).default(2).describe('Lines to show around a match.'),
		...page(50, 200),
	}),
	output: z.object({
		matches: z.array(codeMatchSchema),
		packages_searched: z.int().describe('Read; no other can match so far.'),
		next_cursor: z.string().nullable(),
	}),
	grows: ['limit'],
	userData: ['matches'],
	async run({ name, package_id, ...input }, { operations, principal }) {
		return searchCode(operations, principal, { ...input, package_id: await perhapsNamedPackage(operations, principal, { package_id, name }) });
	},
});
