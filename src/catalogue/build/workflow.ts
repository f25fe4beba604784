import { settleInputs } from '../../plan/arity.ts';
import type { BoundVariable, VariableScope } from '../../plan/fill.ts';
import type { GraphEdge } from '../../plan/graph.ts';
import { FAILURE_VARIABLES, TASK_KEY } from '../../plan/predefined.ts';
import { resolveSettings } from '../../plan/settings.ts';
import type { WorkflowPlan, WorkflowTask } from '../../plan/workflow.ts';
import { ComponentContext } from './component-context.ts';
import { type ConnectionUse, noteConnections } from './connection-use.ts';
import type { Work } from './work.ts';

export interface LoweredWorkflow {
	/** Only of use when no fault was told. */
	readonly workflow: WorkflowPlan;
	readonly connections: readonly ConnectionUse[];
}

/** Checks the tasks in the order of their edges. */
export function lowerWorkflow(work: Work): LoweredWorkflow {
	const components = new Map(work.raw.components.map((component) => [component.id, component]));
	const failed = afterFailure(work);
	const later = resultVariables(work);
	const tasks: WorkflowTask[] = [];
	const connections = new Map<number, ConnectionUse>();
	for (const id of work.graph.order) {
		const component = components.get(id);
		const node = work.nodes.get(id);
		const definition = component?.found?.definition;
		if (component === undefined || node === undefined || definition?.category !== 'task' || component.config === null) continue;
		const edges = settleInputs(node, work.graph, 'workflow', work.faults) ?? [];
		const scope = taskScope(work.variables, later, failed.has(id));
		const {
			context: { connections: known, packages },
			variables,
			faults,
			warnings,
		} = work;
		const context = new ComponentContext({
			component,
			inputs: [],
			known: true,
			discovered: null,
			scope,
			broken: variables.broken,
			connections: known,
			packages,
			faults,
			warnings,
		});
		const task = definition.lower(component.config, context);
		noteConnections(context.used, id, connections);
		if (task === null) continue;
		tellNeverRuns(component.name, component.path, component.config['wait_for'], edges, work);
		const reference = { id, name: component.name, type: component.key ?? definition.key };
		const after = edges.map((edge) => ({ task: edge.source, condition: edge.condition }));
		tasks.push({ id, component: reference, task, waitFor: component.config['wait_for'] === 'any' ? 'any' : 'all', after });
	}
	return { workflow: { tasks, variables: work.variables.own, settings: resolveSettings(work.raw.settings) }, connections: [...connections.values()] };
}

/** A task that waits for all its edges waits for ever where two of them are the opposites of one task. */
function tellNeverRuns(name: string, path: string, waitFor: unknown, edges: readonly GraphEdge[], work: Work): void {
	if (waitFor === 'any') return;
	const both = edges.find((edge) => edge.condition === 'failure' && edges.some((other) => other.source === edge.source && other.condition === 'success'));
	if (both === undefined) return;
	work.faults.add({
		code: 'edge',
		component: name,
		path,
		message: `${name} waits for both the success and the failure of ${both.source}, and can never run`,
		hint: 'one edge of condition completion fires either way; "wait_for": "any" runs at the first edge that fires',
	});
}

/** Tasks that an edge of condition failure or completion leads to, and all that follow them: what failed is known there. */
function afterFailure(work: Work): ReadonlySet<string> {
	const reached = new Set(work.graph.edges.filter((edge: GraphEdge) => edge.condition !== 'success').map((edge) => edge.target));
	for (const id of reached) for (const edge of work.graph.outputs.get(id) ?? []) reached.add(edge.target);
	return reached;
}

/** Variables that tasks give a value to: what they hold before is not what is used. */
function resultVariables(work: Work): ReadonlySet<string> {
	const names = work.raw.components.map((component) => component.given['result_variable']);
	return new Set(names.filter((name) => typeof name === 'string'));
}

function taskScope(variables: VariableScope, later: ReadonlySet<string>, failed: boolean): VariableScope {
	const own = new Map<string, BoundVariable>(
		[TASK_KEY, ...(failed ? FAILURE_VARIABLES : [])].map(({ name, type, sample }) => [name, { name, type, value: sample, secret: false, unset: true }]),
	);
	return {
		names: () => [...variables.names(), ...own.keys()],
		get(name) {
			const variable = own.get(name) ?? variables.get(name);
			return variable !== undefined && later.has(name) ? { ...variable, unset: true } : variable;
		},
	};
}
