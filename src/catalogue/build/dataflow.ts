import type { Schema } from '../../data/types.ts';
import { settleInputs } from '../../plan/arity.ts';
import { deadLetterSchema } from '../../plan/dead-letter.ts';
import { FaultList } from '../../plan/fault.ts';
import type { GraphEdge } from '../../plan/graph.ts';
import type { OnError, OutPort, Plan, PlanNode } from '../../plan/plan.ts';
import { resolveSettings } from '../../plan/settings.ts';
import type { ComponentDefinition } from '../component.ts';
import { ComponentContext, type Surroundings } from './component-context.ts';
import { type ConnectionUse, noteConnections } from './connection-use.ts';
import { isSchema } from './context.ts';
import type { RawComponent } from './read-components.ts';
import type { Work } from './work.ts';

export interface LoweredDataflow {
	/** Only of use when no fault was told; null where the columns of a source are not known yet. */
	readonly plan: Plan | null;
	/** Columns on the `out` port of each component that could be lowered. */
	readonly schemas: ReadonlyMap<string, Schema>;
	readonly connections: readonly ConnectionUse[];
}

/** Columns a component may give; wider rows would not fit into a batch's memory. */
const MAX_COLUMNS = 16_384;

/** Lowers the components in the order of their edges. A faulty one is passed over: what follows it is checked without its columns. */
export function lowerDataflow(work: Work): LoweredDataflow {
	const components = new Map(work.raw.components.map((component) => [component.id, component]));
	const ports = new Map<string, ReadonlyMap<OutPort, Schema>>();
	const schemas = new Map<string, Schema>();
	const nodes: PlanNode[] = [];
	const connections = new Map<number, ConnectionUse>();
	for (const id of work.graph.order) {
		const component = components.get(id);
		const graphNode = work.nodes.get(id);
		if (component === undefined || graphNode === undefined) continue;
		const edges = settleInputs(graphNode, work.graph, 'dataflow', work.faults);
		const definition = component.found?.definition;
		if (definition === undefined || definition.category === 'task' || component.config === null) continue;
		const node = lowerComponent(component, component.config, definition, edges, ports, work, connections);
		if (node === null) continue;
		nodes.push(node.node);
		schemas.set(id, node.node.output);
		ports.set(id, node.ports);
	}
	const whole = nodes.length === work.raw.components.length;
	return { plan: whole ? { nodes, settings: resolveSettings(work.raw.settings) } : null, schemas, connections: [...connections.values()] };
}

function lowerComponent(
	component: RawComponent,
	config: Readonly<Record<string, unknown>>,
	definition: ComponentDefinition,
	edges: readonly GraphEdge[] | null,
	ports: ReadonlyMap<string, ReadonlyMap<OutPort, Schema>>,
	work: Work,
	connections: Map<number, ConnectionUse>,
): { readonly node: PlanNode; readonly ports: ReadonlyMap<OutPort, Schema> } | null {
	const incoming = edges?.map((edge) => ports.get(edge.source)?.get(edge.sourcePort) ?? null) ?? Array.from({ length: definition.inputs.min }, () => null);
	const base: Surroundings = {
		component,
		inputs: incoming.map((schema) => schema ?? []),
		known: !incoming.includes(null) && edges !== null,
		discovered: null,
		scope: work.variables,
		broken: work.variables.broken,
		connections: work.context.connections,
		faults: work.faults,
		warnings: work.warnings,
	};
	const around = discover(base, config, definition, work);
	const context = new ComponentContext(around);
	// Configurations are parsed by the definition's own schema: their type is lost in the registry only.
	const lowered = definition.lower(config, context);
	noteConnections(context.used, component.id, connections);
	// Nothing may vanish without a word: a plan without one of its components would lose rows.
	if (lowered === null && context.count === 0 && around.known)
		context.fault('', 'it cannot be read', 'compare it with the examples of describe_component_type');
	const { operator, output } = lowered ?? {};
	if (operator === undefined || output === undefined || edges === null || !component.intact || !around.known || context.count > 0) return null;
	if (output.length > MAX_COLUMNS) {
		context.fault('', `it gives ${output.length} columns`, `at most ${MAX_COLUMNS}; leave out what is not needed`, 'limit');
		return null;
	}
	const onError = config['on_error'] as OnError;
	const dead = deadLetterSchema(definition.category === 'source' ? output : (around.inputs[0] ?? []));
	const reference = { id: component.id, name: component.name, type: component.key ?? definition.key };
	const inputs = edges.map((edge) => ({ node: edge.source, port: edge.sourcePort }));
	return {
		node: { id: component.id, component: reference, operator, inputs, output, onError },
		ports: new Map<OutPort, Schema>([
			['out', output],
			['rejected', output],
			['dead_letter', dead],
		]),
	};
}

/** What discovery found for a component that needs it; tells what it lacks. */
function discover(base: Surroundings, config: Readonly<Record<string, unknown>>, definition: ComponentDefinition, work: Work): Surroundings {
	const found = work.context.discovered?.get(base.component.id);
	if (found !== undefined && isSchema(found) && found.length > 0) return { ...base, discovered: found };
	if (definition.probe === undefined || definition.probe(config, quiet(base)) === null) return base;
	const context = new ComponentContext(base);
	if (found !== undefined && isSchema(found))
		context.fault('', 'the source has no columns', 'look at what its path, table or query gives, or name its fields', 'discovery');
	else if (found !== undefined) context.fault('', found.message, found.hint, 'discovery');
	else if (work.context.purpose === 'run')
		context.fault('', 'the columns of the source are not known', 'name its fields, or save the package again while the source can be reached', 'discovery');
	else
		context.warn(
			'fields',
			'the columns of the source are found out only when it runs; what follows it is not fully checked',
			'name its fields with their types',
		);
	return { ...base, known: false };
}

/** A context that tells nobody: faults are told when the component is lowered. */
export function quiet(around: Surroundings): ComponentContext {
	return new ComponentContext({ ...around, faults: new FaultList(), warnings: new FaultList() });
}
