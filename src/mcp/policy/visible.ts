import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../../operations/context.ts';
import { PUBLISHED_PREFIX } from '../../operations/publishing/publication.ts';
import { accountTools } from '../published/account-tools.ts';
import type { AnyTool } from '../tool.ts';
import { TOOLS } from '../tools/index.ts';

/** What one principal may see, and therefore call. */
export interface VisibleTools {
	/** Equal for principals who see the same list: the key of everything that is kept per list. */
	readonly key: string;
	readonly tools: readonly AnyTool[];
	readonly byName: ReadonlyMap<string, AnyTool>;
}

/** Grants and requests with lists of their own make as many sets as there are lists; past this many the oldest goes. */
const KEPT_SETS = 256;
const kept = new Map<string, VisibleTools>();
const all: ReadonlyMap<string, AnyTool> = new Map(TOOLS.map((tool) => [tool.name, tool]));

/** The built-in tools and the account's published ones: scopes (which role and read-only already narrowed) ∩ the grant's tool list ∩ package permissions. */
export async function visibleTools(principal: Principal, operations: OperationContext): Promise<VisibleTools> {
	const builtIn = builtInTools(principal);
	const { key, runnable } = await accountTools(operations, principal);
	const published = runnable.filter((tool) => refusal(tool, principal) === null);
	if (published.length === 0) return builtIn;
	const tools = [...builtIn.tools, ...published];
	return { key: `${builtIn.key}|${key}`, tools, byName: new Map(tools.map((tool) => [tool.name, tool])) };
}

function builtInTools(principal: Principal): VisibleTools {
	const key = `${words(principal.scopes)}|${principal.readOnly ? 'ro' : 'rw'}|${words(principal.tools)}${narrowedKey(principal)}`;
	const known = kept.get(key);
	if (known !== undefined) return known;
	const tools = TOOLS.filter((tool) => refusal(tool, principal) === null);
	const visible = { key, tools, byName: new Map(tools.map((tool) => [tool.name, tool])) };
	if (kept.size >= KEPT_SETS) for (const oldest of kept.keys().take(1)) kept.delete(oldest);
	kept.set(key, visible);
	return visible;
}

/** The tool of that name whether or not this principal may call it; to say why not. One whose package it may not read is not there. */
export async function anyTool(name: string, principal: Principal, operations: OperationContext): Promise<AnyTool | undefined> {
	return name.startsWith(PUBLISHED_PREFIX) ? (await accountTools(operations, principal)).byName.get(name) : all.get(name);
}

/** Why this principal may not use the tool, or null when it may. */
export function refusal(tool: AnyTool, principal: Principal): string | null {
	if (tool.always === true) return null;
	const away = takenAway(tool, principal);
	if (away !== null) return away;
	if (principal.scopes.has(tool.scope)) return null;
	return `${tool.name} needs the scope ${tool.scope}; this token has ${[...principal.scopes].sort().join(', ') || 'none'} (role ${principal.role}).`;
}

/** The same, scopes aside: what no further scope would change. */
export function takenAway(tool: AnyTool, principal: Principal): string | null {
	const { narrowed } = principal;
	if (principal.readOnly && !tool.hints.readOnly)
		return `${tool.name} changes something and ${narrowed === undefined ? 'this token is' : 'this connection or its token is'} read-only.`;
	if (principal.tools !== null && !principal.tools.has(tool.name))
		return `${tool.name} is not among the tools ${narrowed === undefined ? 'this token was made for' : 'that this connection and its token allow'}.`;
	if (narrowed?.disallowed.has(tool.name)) return `${tool.name} is switched off for this connection by X-Disallowed-Tools.`;
	if (narrowed !== undefined && narrowed.toolsets !== null && !narrowed.toolsets.has(tool.toolset))
		return `${tool.name} belongs to the toolset ${tool.toolset}; this connection is for ${[...narrowed.toolsets].join(', ') || 'none'}.`;
	return null;
}

/** Null is all. */
function words(list: ReadonlySet<string> | null): string {
	return list === null ? '*' : [...list].sort().join(' ');
}

function narrowedKey({ narrowed }: Principal): string {
	return narrowed === undefined ? '' : `|${words(narrowed.disallowed)}|${words(narrowed.toolsets)}`;
}
