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

/** Grants with tool lists of their own make as many sets as there are lists; past this many the memory starts anew. */
const KEPT_SETS = 256;
const kept = new Map<string, VisibleTools>();
const all: ReadonlyMap<string, AnyTool> = new Map(TOOLS.map((tool) => [tool.name, tool]));

/** Scopes (which role and read-only already narrowed) ∩ the grant's tool list. */
export function visibleTools(principal: Principal): VisibleTools {
	const key = `${[...principal.scopes].sort().join(' ')}|${principal.readOnly ? 'ro' : 'rw'}|${principal.tools === null ? '*' : [...principal.tools].sort().join(' ')}`;
	const known = kept.get(key);
	if (known !== undefined) return known;
	const tools = TOOLS.filter((tool) => refusal(tool, principal) === null);
	const visible = { key, tools, byName: new Map(tools.map((tool) => [tool.name, tool])) };
	if (kept.size >= KEPT_SETS) kept.clear();
	kept.set(key, visible);
	return visible;
}

/** The tool of that name whoever asks; to say why it may not be called. */
export function anyTool(name: string): AnyTool | undefined {
	return all.get(name);
}

/** Why this principal may not use the tool, or null when it may. */
export function refusal(tool: AnyTool, principal: Principal): string | null {
	if (principal.readOnly && !tool.hints.readOnly) return `${tool.name} changes something and this token is read-only.`;
	if (principal.tools !== null && !principal.tools.has(tool.name)) return `${tool.name} is not among the tools this token was made for.`;
	if (!principal.scopes.has(tool.scope))
		return `${tool.name} needs the scope ${tool.scope}; this token has ${[...principal.scopes].sort().join(', ') || 'none'} (role ${principal.role}).`;
	return null;
}
