import type { FaultList } from './fault.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/**
 * The edges into a component in port order, or null where they do not suffice or are too many. A fault is told unless an edge of
 * it is already at fault.
 */
export function settleInputs(node: GraphNode, graph: Graph, kind: 'dataflow' | 'workflow', faults: FaultList): readonly GraphEdge[] | null {
	const edges = graph.inputs.get(node.id) ?? [];
	if (kind === 'workflow' || node.ports === null) return edges;
	const { min, max, ports } = node.ports.inputs;
	const tell = (message: string, hint: string) => {
		faults.add({ code: 'arity', component: node.name, path: node.path, message: `"${node.name}" ${message}`, hint });
		return null;
	};
	if (edges.length > max) {
		if (max === 0)
			return tell(
				`is a source and takes no input, but ${count(edges.length, 'edge')} ${edges.length === 1 ? 'leads' : 'lead'} to it`,
				'remove the edges that have it as target',
			);
		return tell(
			`takes ${count(max, 'input')} but has ${edges.length}`,
			max === 1 ? 'put a union or a join in front of it' : 'put a union in front of it, or chain several of them',
		);
	}
	if (edges.length < min) {
		if (graph.unsettled.has(node.id)) return null;
		const has = edges.length === 0 ? 'no input' : `${edges.length} of ${min} inputs`;
		return tell(`has ${has}`, `add an edge with "target": "${node.id}"${ports.length > 1 ? ' for each of its ports left and right' : ''}`);
	}
	return ports.length > 1 ? byPort(edges, ports, tell) : edges;
}

/** Edges that name a port take it; the others take what is left, in order. */
function byPort(edges: readonly GraphEdge[], ports: readonly string[], tell: (message: string, hint: string) => null): readonly GraphEdge[] | null {
	const slots = new Map<string, GraphEdge>();
	for (const edge of edges) {
		if (edge.targetPort === null) continue;
		if (slots.has(edge.targetPort))
			return tell(`has two edges at its port ${edge.targetPort}`, `one of them goes to ${ports.filter((port) => port !== edge.targetPort).join(' or ')}`);
		slots.set(edge.targetPort, edge);
	}
	const free = ports.filter((port) => !slots.has(port));
	for (const edge of edges) {
		const port = edge.targetPort === null ? free.shift() : undefined;
		if (port !== undefined) slots.set(port, edge);
	}
	return ports.flatMap((port) => slots.get(port) ?? []);
}

function count(number: number, noun: string): string {
	return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
