import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { EnabledTools } from '../../operations/sessions/ports.ts';
import { knownAs } from '../known-as.ts';
import { visibleTools } from '../policy/visible.ts';
import { type AnyTool, defineTool } from '../tool.ts';

/** The name that Membrane's clients know. */
export const ENABLE_TOOLS = 'enable-tools';

/** In a session or chat that began with one tool: it lets its client have others. */
export function enableTools(enabled: EnabledTools): AnyTool {
	return defineTool({
		name: ENABLE_TOOLS,
		title: 'Enable tools',
		description: 'Enables tools by name for the rest of this session; they are then listed and can be called.',
		toolset: 'search',
		scope: 'read',
		always: true,
		hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
		input: z.strictObject({ tools: z.array(z.string().max(64)).min(1).max(100).describe('Names, as the description of this tool lists them.') }),
		output: z.object({
			enabled: z.array(z.string()).describe('All that are enabled now.'),
			unknown: z.array(z.string()).describe('Names that are no tools here.'),
		}),
		async run({ tools }, { principal, operations }) {
			const { byName } = await visibleTools(principal, operations);
			const known = tools.filter((name) => byName.has(name));
			const unknown = tools.filter((name) => !byName.has(name));
			if (known.length === 0) throw nothingKnown(unknown, [...byName.keys()]);
			await enabled.enable(known);
			const now = await enabled.names();
			return { enabled: [...byName.keys()].filter((name) => now.has(name)), unknown };
		},
	}) as unknown as AnyTool;
}

function nothingKnown(unknown: readonly string[], names: readonly string[]): AppError {
	const [first = ''] = unknown;
	const near = nearest(first, names);
	const help = knownAs(first) ?? (near === undefined ? '' : `Did you mean ${near}?`);
	return new AppError('invalid_input', `none of ${unknown.join(', ').slice(0, 200)} is a tool that this connection may call`, {
		hint: `${help} The tools are: ${names.join(', ')}.`.trimStart(),
	});
}
