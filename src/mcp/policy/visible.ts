import type { Principal } from '../../model/principal.ts';
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

/** Scopes (which role and read-only already narrowed) ∩ the grant's tool list. */
export function visibleTools(principal: Principal): VisibleTools {
	const key = `${words(principal.scopes)}|${principal.readOnly ? 'ro' : 'rw'}|${words(principal.tools)}${narrowedKey(principal)}`;
	const known = kept.get(key);
	if (known !== undefined) return known;
	const tools = TOOLS.filter((tool) => refusal(tool, principal) === null);
	const visible = { key, tools, byName: new Map(tools.map((tool) => [tool.name, tool])) };
	if (kept.size >= KEPT_SETS) for (const oldest of kept.keys().take(1)) kept.delete(oldest);
	kept.set(key, visible);
	return visible;
}

/** The tool of that name whoever asks; to say why it may not be called. */
export function anyTool(name: string): AnyTool | undefined {
	return all.get(name);
}

/** Why this principal may not use the tool, or null when it may. */
export function refusal(tool: AnyTool, principal: Principal): string | null {
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
