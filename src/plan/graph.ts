import { nearest } from '../lib/nearest.ts';
import type { Edge } from '../model/package.ts';
import { findCycles } from './cycles.ts';
import type { FaultCode, FaultList } from './fault.ts';
import type { OutPort } from './plan.ts';

/** A component as the graph sees it. `ports` null: its type is unknown, so nothing is said about its edges' ports and number. */
export interface GraphNode {
	readonly id: string;
	readonly name: string;
	/** Where it stands in the package: `components[2].select_component`. */
	readonly path: string;
	readonly ports: NodePorts | null;
}

export interface NodePorts {
	readonly inputs: { readonly min: number; readonly max: number; readonly ports: readonly InPort[] };
	readonly outputs: readonly OutPort[];
}

export type InPort = 'in' | 'left' | 'right';

export interface GraphEdge {
	readonly id: string;
	/** Its place in the package's list. */
	readonly index: number;
	readonly source: string;
	readonly target: string;
	readonly sourcePort: OutPort;
	/** Null until a join's port was chosen by order. */
	readonly targetPort: InPort | null;
	readonly condition: 'success' | 'failure' | 'completion';
}

export interface Graph {
	/** Every component once; sources before targets, except inside a cycle. */
	readonly order: readonly string[];
	/** Edges into a component: in port order (`left`, `right`), else in edge order. */
	readonly inputs: ReadonlyMap<string, readonly GraphEdge[]>;
	readonly outputs: ReadonlyMap<string, readonly GraphEdge[]>;
	readonly edges: readonly GraphEdge[];
	/** Components whose edges are at fault: what reaches them is not known. */
	readonly unsettled: ReadonlySet<string>;
}

/** Resolves edges by id or name and checks them: ends, ports, doubles, cycles. Arity is `checkArity`'s. */
export function buildGraph(nodes: readonly GraphNode[], edges: readonly (Edge | null)[], flow: 'dataflow' | 'workflow', faults: FaultList): Graph {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const resolved: GraphEdge[] = [];
	const unsettled = new Set<string>();
	const seen = new Map<string, number>();
	const ids = idMaker(edges);
	edges.forEach((edge, index) => {
		if (edge === null) return;
		const fault = (code: FaultCode, field: string, message: string, hint: string) =>
			faults.add({ code, component: null, path: `edges[${index}]${field}`, message, hint });
		const source = find(edge.source, nodes, byId);
		const target = find(edge.target, nodes, byId);
		if (source === undefined) fault('edge', '.source', `no component has the id or name "${edge.source}"`, known(edge.source, nodes));
		if (target === undefined) fault('edge', '.target', `no component has the id or name "${edge.target}"`, known(edge.target, nodes));
		if (target !== undefined && source === undefined) unsettled.add(target.id);
		if (source === undefined || target === undefined) return;
		if (!portsFit(edge, source, target, flow, fault)) {
			unsettled.add(target.id);
			return;
		}
		const { source_port = 'out', target_port = null, condition = 'success' } = edge;
		const key = JSON.stringify(flow === 'workflow' ? [source.id, target.id, condition] : [source.id, source_port, target.id, target_port]);
		const first = seen.get(key);
		if (first !== undefined) {
			fault('edge', '', `the same as edges[${first}]: "${source.name}" to "${target.name}"`, sameHint(target));
			return;
		}
		seen.set(key, index);
		resolved.push({ id: edge.id ?? ids(), index, source: source.id, target: target.id, sourcePort: source_port, targetPort: target_port, condition });
	});
	const cycles = findCycles(
		nodes.map((node) => node.id),
		resolved,
	);
	for (const cycle of cycles) tellCycle(cycle, byId, resolved, faults);
	for (const id of cycles.flat()) unsettled.add(id);
	return { order: topological(nodes, resolved), inputs: grouped(resolved, 'target'), outputs: grouped(resolved, 'source'), edges: resolved, unsettled };
}

function find(wanted: string, nodes: readonly GraphNode[], byId: ReadonlyMap<string, GraphNode>): GraphNode | undefined {
	return byId.get(wanted) ?? nodes.find((node) => node.name === wanted);
}

function known(wanted: string, nodes: readonly GraphNode[]): string {
	const near = nearest(
		wanted,
		nodes.flatMap((node) => [node.id, node.name]),
	);
	const listed = nodes.slice(0, 20).map((node) => node.id);
	const more = nodes.length > listed.length ? ` and ${nodes.length - listed.length} more` : '';
	return `${near === undefined ? '' : `did you mean ${near}? `}component ids: ${listed.join(', ')}${more}`;
}

function sameHint(target: GraphNode): string {
	if ((target.ports?.inputs.ports.length ?? 0) < 2) return 'leave one of them out';
	return 'leave one of them out; to join a component with itself give one edge "target_port": "left", the other "target_port": "right"';
}

type Tell = (code: FaultCode, field: string, message: string, hint: string) => void;

function portsFit(edge: Edge, source: GraphNode, target: GraphNode, flow: 'dataflow' | 'workflow', fault: Tell): boolean {
	if (flow === 'workflow') {
		if (edge.source_port === undefined && edge.target_port === undefined) return true;
		fault(
			'edge',
			edge.source_port === undefined ? '.target_port' : '.source_port',
			'edges of a workflow have no ports',
			'leave the port out; use condition: success, failure or completion',
		);
		return false;
	}
	let fits = true;
	if (edge.condition !== undefined) {
		fault('edge', '.condition', 'edges of a dataflow have no condition', 'leave it out; for rows that failed use source_port: dead_letter');
		fits = false;
	}
	const port = edge.source_port ?? 'out';
	const outputs = source.ports?.outputs;
	if (outputs !== undefined && !outputs.includes(port)) {
		const valid = outputs.length === 0 ? 'nothing can follow it' : `its output ports: ${outputs.join(', ')}`;
		fault('edge', '.source_port', `"${source.name}" has no output port ${port}`, valid);
		fits = false;
	}
	const inputs = target.ports?.inputs.ports;
	if (inputs !== undefined && edge.target_port !== undefined && !inputs.includes(edge.target_port)) {
		const valid = inputs.length === 0 ? 'nothing can lead to it' : `its input ports: ${inputs.join(', ')}`;
		fault('edge', '.target_port', `"${target.name}" has no input port ${edge.target_port}`, valid);
		fits = false;
	}
	return fits;
}

function tellCycle(cycle: readonly string[], byId: ReadonlyMap<string, GraphNode>, edges: readonly GraphEdge[], faults: FaultList): void {
	const names = cycle.map((id) => byId.get(id)?.name ?? id);
	const closing = edges.find((edge) => edge.source === cycle.at(-1) && edge.target === cycle[0]);
	const message = `components lead back to themselves: ${[...names, names[0]].join(' → ')}`;
	faults.add({ code: 'cycle', component: names[0] ?? null, path: `edges[${closing?.index ?? 0}]`, message, hint: 'remove one of the edges between them' });
}

/** Kahn's order over the given order; what lies in or behind a cycle comes last. */
function topological(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): string[] {
	const waiting = new Map(nodes.map((node) => [node.id, 0]));
	for (const edge of edges) waiting.set(edge.target, (waiting.get(edge.target) ?? 0) + 1);
	const targets = grouped(edges, 'source');
	const order = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
	for (let next = 0; next < order.length; next++) {
		for (const edge of targets.get(order[next] ?? '') ?? []) {
			const left = (waiting.get(edge.target) ?? 0) - 1;
			waiting.set(edge.target, left);
			if (left === 0) order.push(edge.target);
		}
	}
	const placed = new Set(order);
	return [...order, ...nodes.map((node) => node.id).filter((id) => !placed.has(id))];
}

function grouped(edges: readonly GraphEdge[], end: 'source' | 'target'): Map<string, GraphEdge[]> {
	const groups = new Map<string, GraphEdge[]>();
	for (const edge of edges) {
		const group = groups.get(edge[end]);
		if (group === undefined) groups.set(edge[end], [edge]);
		else group.push(edge);
	}
	return groups;
}

/** `edge_1`, `edge_2` …, past the ids that were given. */
function idMaker(edges: readonly (Edge | null)[]): () => string {
	const taken = new Set(edges.map((edge) => edge?.id));
	let next = 0;
	return () => {
		do next += 1;
		while (taken.has(`edge_${next}`));
		return `edge_${next}`;
	};
}
