import { APP_EXTENSION } from './apps/mcp-app.ts';
import { dispatch } from './dispatch.ts';
import { serverInfo } from './icons.ts';
import instructions from './instructions.md';
import { listing, published } from './listing.ts';
import { anyTool, refusal, visibleTools } from './policy/visible.ts';
import { watching } from './resources/watch.ts';
import { serveContext } from './serve-context.ts';
import type { Surface } from './surface.ts';
import { cancelRunTask, lookAtRun } from './tasks/run-view.ts';

/** What Headgate offers. */
export const gateway: Surface = {
	info: serverInfo,
	instructions,
	capabilities: {
		tools: { listChanged: true },
		resources: { listChanged: true, subscribe: true },
		prompts: {},
		completions: {},
		extensions: { [APP_EXTENSION]: {} },
	},
	async list({ principal, operations, origin }) {
		const visible = await visibleTools(principal, operations);
		return { key: `${origin} ${visible.key}`, tools: () => listing(visible, origin) };
	},
	async inputSchema(name, { principal, operations }) {
		const tool = await anyTool(name, principal, operations);
		return tool === undefined || refusal(tool, principal) !== null ? undefined : published(tool).inputSchema;
	},
	async taskSupport({ name }, { principal, operations }) {
		const tool = await anyTool(name, principal, operations);
		return tool?.task === undefined || refusal(tool, principal) !== null ? null : tool.task;
	},
	call: (call, caller) => dispatch(call, caller),
	callPlainly: dispatch,
	runs: { look: lookAtRun, cancel: cancelRunTask },
	extend: serveContext,
	watching,
};
