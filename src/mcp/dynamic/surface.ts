import type { CallToolResult, ServerContext, Tool } from '@modelcontextprotocol/server';
import type { EnabledTools } from '../../operations/sessions/ports.ts';
import { type Caller, dispatchTo, type ToolCall } from '../dispatch.ts';
import { listing, published } from '../listing.ts';
import { visibleTools } from '../policy/visible.ts';
import { failure } from '../result.ts';
import type { Surface } from '../surface.ts';
import type { AnyTool } from '../tool.ts';
import { CALL_TOOL, callTool, callToolListed } from './call-tool.ts';
import { ENABLE_TOOLS, enableTools } from './enable-tools.ts';
import { searchTools } from './search-tools.ts';

/** Told in full where there are fewer; a model that knows a name can enable it. */
const MOST_NAMED = 150;

/**
 * `?mode=dynamic`: instead of every tool a client is shown how to come by those it needs. Where it has a session or a chat that
 * can remember, `enable-tools` alone, and then what it enabled; everywhere else search_tools and call_tool. No right changes.
 */
export function dynamicOver(surface: Surface): Surface {
	return {
		...surface,
		async list(exchange) {
			const { enabled } = exchange;
			if (enabled === null) return { key: 'dynamic', tools: () => [published(searchTools as unknown as AnyTool), callToolListed()] };
			const [visible, names] = await Promise.all([visibleTools(exchange.principal, exchange.operations), enabled.names()]);
			const tools = visible.tools.filter(({ name }) => names.has(name));
			return { key: null, tools: () => [enableListed(enabled, visible.tools), ...listing({ ...visible, tools }, exchange.origin)] };
		},
		inputSchema: async () => undefined,
		async taskSupport(call, exchange) {
			const allowed = exchange.enabled === null || (await exchange.enabled.names()).has(call.name);
			return allowed ? surface.taskSupport(call, exchange) : null;
		},
		call: (call, caller, context) =>
			caller.enabled === null || caller.enabled === undefined
				? callBySearch(surface, call, caller, context)
				: callEnabled(surface, call, caller, caller.enabled, context),
	};
}

function callBySearch(surface: Surface, call: ToolCall, caller: Caller, context: ServerContext | null) {
	if (call.name === CALL_TOOL) return callTool(call, caller);
	return call.name === searchTools.name ? dispatchTo(searchTools as unknown as AnyTool, call, caller) : surface.call(call, caller, context);
}

async function callEnabled(surface: Surface, call: ToolCall, caller: Caller, enabled: EnabledTools, context: ServerContext | null) {
	if (call.name === ENABLE_TOOLS) {
		const result = await dispatchTo(enableTools(enabled), call, caller);
		if (result.isError !== true && caller.heard === true) await context?.mcpReq.notify({ method: 'notifications/tools/list_changed' });
		return result;
	}
	const { byName } = await visibleTools(caller.principal, caller.operations);
	// Tools that are there and not enabled are told; all others are the surface's to refuse.
	return byName.has(call.name) && !(await enabled.names()).has(call.name) ? notEnabled(call.name) : surface.call(call, caller, context);
}

function notEnabled(name: string): CallToolResult {
	const hint = `Call ${ENABLE_TOOLS} with {"tools": ["${name}"]} first.`;
	return failure({ code: 'forbidden', message: `${name} is not enabled in this session.`, hint, retryable: false });
}

/** The names are in its description: a client that is shown one tool must learn from it what there is. */
function enableListed(enabled: EnabledTools, tools: readonly AnyTool[]): Tool {
	const names = tools.slice(0, MOST_NAMED).map(({ name }) => name);
	const listed = published(enableTools(enabled));
	return { ...listed, description: `${listed.description} There are: ${names.join(', ')}.` };
}

/** What the exchange of a client in dynamic mode is served by. */
export function inMode(surface: Surface, mode: 'static' | 'dynamic'): Surface {
	if (mode === 'static') return surface;
	const made = known.get(surface) ?? dynamicOver(surface);
	known.set(surface, made);
	return made;
}

const known = new WeakMap<Surface, Surface>();
