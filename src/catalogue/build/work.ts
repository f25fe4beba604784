import type { FaultList } from '../../plan/fault.ts';
import type { Graph, GraphNode } from '../../plan/graph.ts';
import type { Variables } from '../../plan/variables.ts';
import type { BuildContext } from './context.ts';
import type { RawPackage } from './read-definition.ts';

/** One validation under way. */
export interface Work {
	readonly raw: RawPackage;
	readonly graph: Graph;
	readonly nodes: ReadonlyMap<string, GraphNode>;
	readonly variables: Variables;
	readonly context: BuildContext;
	readonly faults: FaultList;
	readonly warnings: FaultList;
}
