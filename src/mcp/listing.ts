import type { Tool } from '@modelcontextprotocol/server';
import { appOf } from './apps/index.ts';
import { iconOf } from './icons.ts';
import { portableSchema } from './json-schema.ts';
import type { VisibleTools } from './policy/visible.ts';
import type { AnyTool } from './tool.ts';

const made = new WeakMap<AnyTool, Tool & { description: string }>();

/** The visible tools as `tools/list` shows them to clients of the gateway at `origin`. */
export function listing(visible: VisibleTools, origin: string): Tool[] {
	return visible.tools.map((tool) => ({ ...published(tool), icons: iconOf(tool.toolset, origin) }));
}

/** One tool as clients see it, converted once an isolate: doing it per request cost 5–8 ms of CPU for 40 tools. */
export function published(tool: AnyTool): Tool & { description: string } {
	const known = made.get(tool);
	if (known !== undefined) return known;
	const { readOnly, destructive, idempotent, openWorld } = tool.hints;
	const app = appOf(tool.name);
	const view = {
		name: tool.name,
		title: tool.title,
		description: tool.description,
		inputSchema: portableSchema(tool.input, 'input') as Tool['inputSchema'],
		outputSchema: portableSchema(tool.output, 'output') as Tool['outputSchema'],
		annotations: { readOnlyHint: readOnly, destructiveHint: destructive, idempotentHint: idempotent, openWorldHint: openWorld },
		...(app === undefined ? {} : { _meta: { ui: { resourceUri: app.uri } } }),
	};
	made.set(tool, view);
	return view;
}
