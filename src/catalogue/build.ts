import type { Schema } from '../data/types.ts';
import type { PackageDefinition } from '../model/package.ts';
import { type Fault, FaultList } from '../plan/fault.ts';
import type { BoundVariable } from '../plan/fill.ts';
import { buildGraph } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import { resolveVariables } from '../plan/variables.ts';
import type { WorkflowPlan } from '../plan/workflow.ts';
import type { ConnectionUse } from './build/connection-use.ts';
import type { BuildContext } from './build/context.ts';
import { lowerDataflow } from './build/dataflow.ts';
import { normalised } from './build/normalised.ts';
import { readDefinition } from './build/read-definition.ts';
import { variableInput } from './build/variable-input.ts';
import { checkWhole, graphNode } from './build/whole-graph.ts';
import type { Work } from './build/work.ts';
import { lowerWorkflow } from './build/workflow.ts';

export type BuildResult = BuiltDataflow | BuiltWorkflow | BuildFailure;

export interface Built {
	/** The package as it is kept: ids filled in, edges by id; what was left out stays out. */
	readonly definition: PackageDefinition;
	/** The package's own variables with the values of this run (or check). */
	readonly variables: readonly BoundVariable[];
	readonly connections: readonly ConnectionUse[];
	/** Columns on the port `out`, by component id. */
	readonly schemas: ReadonlyMap<string, Schema>;
	readonly warnings: readonly Fault[];
}

export interface BuiltDataflow extends Built {
	readonly flowType: 'dataflow';
	/** Null only with `purpose: 'save'`, where a source can be asked for its columns only by a run. */
	readonly plan: Plan | null;
}

export interface BuiltWorkflow extends Built {
	readonly flowType: 'workflow';
	readonly workflow: WorkflowPlan;
}

/** All that is wrong; what could be worked out all the same stands beside it. */
export interface BuildFailure {
	readonly faults: readonly Fault[];
	readonly warnings: readonly Fault[];
	/** Null where the input is no package at all. */
	readonly definition: PackageDefinition | null;
	readonly schemas: ReadonlyMap<string, Schema>;
}

/**
 * The one validator: anything in, a plan or every fault out, never an exception. It goes on after a faulty component: what follows
 * is checked as far as it does not depend on columns that are not known.
 */
export function buildPlan(input: unknown, context: BuildContext): BuildResult {
	const faults = new FaultList();
	const warnings = new FaultList();
	const raw = readDefinition(input, faults);
	if (raw === null) return { faults: faults.list(), warnings: [], definition: null, schemas: new Map() };
	const variables = resolveVariables(variableInput(raw, context), faults);
	const nodes = raw.components.map((component) => graphNode(component, raw.flowType));
	const graph = buildGraph(nodes, raw.edges, raw.flowType, faults);
	const work: Work = { raw, graph, nodes: new Map(nodes.map((node) => [node.id, node])), variables, context, faults, warnings };
	checkWhole(work);
	const definition = normalised(raw, graph);
	if (raw.flowType === 'workflow') {
		const { workflow, connections } = lowerWorkflow(work);
		if (faults.size > 0) return { faults: faults.list(), warnings: warnings.list(), definition, schemas: new Map() };
		return { flowType: 'workflow', workflow, definition, variables: variables.own, connections, schemas: new Map(), warnings: warnings.list() };
	}
	const { plan, schemas, connections } = lowerDataflow(work);
	if (faults.size > 0) return { faults: faults.list(), warnings: warnings.list(), definition, schemas };
	return { flowType: 'dataflow', plan, definition, variables: variables.own, connections, schemas, warnings: warnings.list() };
}
