import * as z from 'zod';
import { portableSchema } from '../json-schema.ts';
import { otherNames } from '../known-as.ts';
import { visibleTools } from '../policy/visible.ts';
import { type AnyTool, defineTool } from '../tool.ts';

const MOST = 20;
/** The whole name under which a tool is known elsewhere: before all that have words in common. */
const SAME = 1_000;

export const searchTools = defineTool({
	name: 'search_tools',
	title: 'Search tools',
	description: 'Tools of this gateway that fit words, best first, with the schema of their arguments. Call one of them with call_tool.',
	toolset: 'search',
	scope: 'read',
	always: true,
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		query: z.string().max(200).default('').describe('Words of what you want to do, e.g. "why did a run fail"; empty for all.'),
		limit: z.int().min(1).max(MOST).default(5).describe('Tools wanted.'),
	}),
	output: z.object({
		tools: z.array(z.object({ name: z.string(), title: z.string(), description: z.string(), input_schema: z.record(z.string(), z.unknown()) })),
		total: z.int().describe('Tools that fit, shown or not.'),
	}),
	grows: ['limit'],
	async run({ query, limit }, { principal, operations }) {
		const { tools } = await visibleTools(principal, operations);
		const wanted = wordsOf(query);
		const fitting = tools
			.map((tool) => ({ tool, worth: wanted.length === 0 ? 1 : worthOf(tool, wanted) }))
			.filter(({ worth }) => worth > 0)
			.sort((a, b) => b.worth - a.worth);
		const shown = fitting.slice(0, limit).map(({ tool: { name, title, description, input } }) => ({
			name,
			title,
			description,
			input_schema: portableSchema(input, 'input') as Record<string, unknown>,
		}));
		return { tools: shown, total: fitting.length };
	},
});

/** A word of the name tells more than one of the description. */
function worthOf({ name, title, description, toolset }: AnyTool, wanted: readonly string[]): number {
	const [names, words] = [wordsOf(`${name} ${title} ${toolset}`), wordsOf(`${description} ${otherNames(name).join(' ')}`)];
	if (otherNames(name).some((one) => wanted.join('_') === wordsOf(one).join('_'))) return SAME;
	return wanted.reduce((worth, word) => worth + (names.some((one) => alike(one, word)) ? 4 : 0) + (words.some((one) => alike(one, word)) ? 1 : 0), 0);
}

/** The same word, or one in its plural or another form: `runs` and `run`, `failed` and `failure`. */
function alike(a: string, b: string): boolean {
	if (a === b) return true;
	const shorter = Math.min(a.length, b.length);
	return shorter >= 3 && (a.startsWith(b) || b.startsWith(a) || (shorter >= 5 && a.slice(0, 4) === b.slice(0, 4)));
}

function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
