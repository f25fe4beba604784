import { effectiveScopes, type Principal, type Scope } from '../../model/principal.ts';
import type { OperationContext } from '../../operations/context.ts';
import { anyTool, takenAway } from './visible.ts';

/** A call that fails only for want of a scope. */
export interface MissingScope {
	readonly tool: string;
	readonly arguments: Readonly<Record<string, unknown>>;
	readonly scope: Scope;
}

/**
 * The scope that a call lacks and that its OAuth client could get by asking its person again. Null for everything that asking would
 * not change: tokens that a person made as they are, read-only grants, tools outside the grant's list, and scopes that the
 * member's role does not allow; a client that were challenged there would ask for ever.
 */
export async function missingScope(principal: Principal, message: unknown, operations: OperationContext): Promise<MissingScope | null> {
	if (principal.grant.kind !== 'oauth' || principal.readOnly) return null;
	const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown; arguments?: unknown } };
	const tool = method === 'tools/call' && typeof params?.name === 'string' ? await anyTool(params.name, principal, operations) : undefined;
	if (tool === undefined || principal.scopes.has(tool.scope)) return null;
	if (takenAway(tool, principal) !== null) return null;
	if (!effectiveScopes(principal.role, ['admin'], false).has(tool.scope)) return null;
	return { tool: tool.name, arguments: (params?.arguments ?? {}) as Record<string, unknown>, scope: tool.scope };
}
