import { listComponents } from '../../catalogue/describe.ts';
import { listConnections } from '../../operations/connections/list.ts';
import { listPackages } from '../../operations/packages/list.ts';
import { listRuns } from '../../operations/runs/list.ts';
import type { Caller } from '../dispatch.ts';
import { visibleTools } from '../policy/visible.ts';
import type { Complete } from '../resources/resource.ts';

/** Suggestions come from the newest so many: what is older is found by search_all. */
const LOOKED_AT = 100;

/** Names of packages that hold what was typed, and ids that begin with it. */
export const packageRefs: Complete = whereVisible('list_packages', async (typed, { operations, principal }) => {
	const { packages } = await listPackages(operations, principal, { limit: LOOKED_AT });
	const names = packages.filter(({ name }) => holds(name, typed)).map(({ name }) => name);
	const ids = packages.filter(({ id }) => typed !== '' && String(id).startsWith(typed)).map(({ id }) => String(id));
	return [...ids, ...new Set(names)];
});

/** Ids of runs, newest first. */
export const runIds: Complete = whereVisible('list_runs', (typed, caller) => newestRuns(typed, caller, false));

/** The same of runs that failed. */
export const failedRunIds: Complete = whereVisible('list_runs', (typed, caller) => newestRuns(typed, caller, true));

async function newestRuns(typed: string, { operations, principal }: Caller, failed: boolean): Promise<string[]> {
	const { runs } = await listRuns(operations, principal, { limit: LOOKED_AT, ...(failed ? { status: 'failed' as const } : {}) });
	return runs.map(({ id }) => String(id)).filter((id) => id.startsWith(typed));
}

/** Names of connections. */
export const connectionNames: Complete = whereVisible('list_connections', async (typed, { operations, principal }) => {
	const { connections } = await listConnections(operations, principal, { limit: LOOKED_AT });
	return [...new Set(connections.map(({ name }) => name).filter((name) => holds(name, typed)))];
});

/** Wrapper keys of components and of their vendors' aliases. */
export const componentTypes: Complete = whereVisible('list_component_types', async (typed) =>
	listComponents().flatMap(({ wrapper_key, aliases }) => [wrapper_key, ...aliases].filter((key) => holds(key, typed))),
);

/** Nothing is suggested that the caller could not list. */
function whereVisible(tool: string, complete: Complete): Complete {
	return async (typed, caller) => ((await visibleTools(caller.principal, caller.operations)).byName.has(tool) ? complete(typed, caller) : []);
}

function holds(name: string, typed: string): boolean {
	return name.toLowerCase().includes(typed.toLowerCase());
}
