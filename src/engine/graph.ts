import type { Schema } from '../data/types.ts';
import type { Expr } from '../expression/ir.ts';
import { DEAD_LETTER_FIELDS } from '../plan/endpoints.ts';
import type { Operator } from '../plan/operators.ts';
import type { OutPort, Plan, PlanNode } from '../plan/plan.ts';
import { type Needs, neededOfInput } from './columns.ts';

/** A plan node with its place in the graph: what flows in and out of it, narrowed to the columns that are needed. */
export interface GraphNode {
	readonly index: number;
	readonly node: PlanNode;
	readonly inputs: readonly Schema[];
	readonly output: Schema;
	readonly consumers: readonly Consumer[];
	/** Every node that its rows may reach. */
	readonly downstream: ReadonlySet<number>;
	/**
	 * The inputs its rows reach without being held back on the way, that may have to wait for another input first: those of
	 * joins and unions.
	 */
	readonly gates: readonly { readonly index: number; readonly input: number }[];
	/** A condition that all its rows go through next, with nobody looking at those that fail it: a scan may apply it early. */
	readonly filteredBy: Expr | null;
	/** Its rows are looked at by all who get them, and kept by none: those of a scan or a filter. */
	readonly lends: boolean;
	/** Its input lends. */
	readonly borrows: boolean;
	/** Fed by rejected and failed rows only, on every way: a run that fails lets it end its work and keeps what it wrote. */
	readonly keptOnFailure: boolean;
}

export interface Consumer {
	readonly port: OutPort;
	readonly index: number;
	readonly input: number;
}

/** Lays a plan out for execution. Plans are validated before: inputs name earlier nodes. */
export function layOut(plan: Plan): GraphNode[] {
	const { nodes } = plan;
	const indexOf = new Map(nodes.map((node, index) => [node.id, index]));
	const consumers: Consumer[][] = nodes.map(() => []);
	nodes.forEach((node, index) => {
		node.inputs.forEach((from, input) => {
			consumers[indexOf.get(from.node) as number]?.push({ port: from.port, index, input });
		});
	});
	const needs = neededPorts(nodes, consumers);
	const graph: GraphNode[] = [];
	const lends = nodes.map((node, index) => canLend(node) && (consumers[index] ?? []).every((own) => onlyLooks(own, nodes, consumers)));
	nodes.forEach((node, index) => {
		const inputs = node.inputs.map((from) => portSchema(graph[indexOf.get(from.node) as number] as GraphNode, from.port));
		graph.push({
			index,
			node,
			inputs,
			output: narrowed(node.output, needs[index]?.get('out') ?? new Set()),
			consumers: consumers[index] as Consumer[],
			downstream: reach(index, consumers),
			gates: gatesOf(index, nodes, consumers),
			filteredBy: onlyFilter(consumers[index] as Consumer[], nodes, consumers),
			lends: lends[index] as boolean,
			borrows: node.inputs.some((from) => lends[indexOf.get(from.node) as number]),
			keptOnFailure: fedByFailures(node, nodes, indexOf),
		});
	});
	return graph;
}

function neededPorts(nodes: readonly PlanNode[], consumers: readonly (readonly Consumer[])[]): ReadonlyMap<OutPort, Needs>[] {
	const needs: Map<OutPort, Needs>[] = nodes.map(() => new Map());
	for (let index = nodes.length - 1; index >= 0; index--) {
		const own = needs[index] as Map<OutPort, Needs>;
		for (const consumer of consumers[index] as readonly Consumer[]) {
			const wanted = inputNeeds(nodes[consumer.index] as PlanNode, consumer.input, needs[consumer.index] as Map<OutPort, Needs>);
			own.set(consumer.port, union(own.get(consumer.port) ?? new Set(), wanted));
		}
		const node = nodes[index] as PlanNode;
		// A component that looks after bad rows judges them by all its columns, whoever reads them later.
		if (node.operator.kind === 'scan' && node.onError !== 'fail') own.set('out', 'all');
		if (node.operator.kind === 'sink') own.set('out', 'all');
		own.set('out', atLeastOne(own.get('out') ?? new Set(), node.output));
	}
	return needs;
}

function inputNeeds(node: PlanNode, input: number, ports: ReadonlyMap<OutPort, Needs>): Needs {
	const rest = ports.has('dead_letter') ? 'all' : (ports.get('rejected') ?? new Set<string>());
	return neededOfInput(node, input, ports.get('out') ?? new Set(), rest);
}

function union(a: Needs, b: Needs): Needs {
	return a === 'all' || b === 'all' ? 'all' : a.union(b);
}

/** A batch of no columns would leave codecs and joins without anything to count. Asked of the inputs too, where the column comes from. */
function atLeastOne(needs: Needs, schema: Schema): Needs {
	const [first] = schema;
	return needs === 'all' || first === undefined || schema.some((field) => needs.has(field.name)) ? needs : new Set([first.name]);
}

function narrowed(schema: Schema, needs: Needs): Schema {
	return needs === 'all' ? schema : schema.filter((field) => needs.has(field.name));
}

function portSchema(from: GraphNode, port: OutPort): Schema {
	if (port === 'out') return from.output;
	const input = from.node.operator.kind === 'scan' ? from.output : (from.inputs[0] ?? []);
	return port === 'rejected' ? input : [...input, ...DEAD_LETTER_FIELDS];
}

function reach(index: number, consumers: readonly (readonly Consumer[])[]): ReadonlySet<number> {
	const reached = new Set<number>();
	const visit = (at: number) => {
		for (const consumer of consumers[at] as readonly Consumer[]) {
			if (reached.has(consumer.index)) continue;
			reached.add(consumer.index);
			visit(consumer.index);
		}
	};
	visit(index);
	return reached;
}

function gatesOf(index: number, nodes: readonly PlanNode[], consumers: readonly (readonly Consumer[])[]): { index: number; input: number }[] {
	const gates: { index: number; input: number }[] = [];
	const seen = new Set<number>();
	const visit = (at: number) => {
		for (const consumer of consumers[at] as readonly Consumer[]) {
			const { operator } = nodes[consumer.index] as PlanNode;
			if (operator.kind === 'join' || operator.kind === 'union') gates.push({ index: consumer.index, input: consumer.input });
			if (holdsBack(operator) || seen.has(consumer.index)) continue;
			seen.add(consumer.index);
			visit(consumer.index);
		}
	};
	visit(index);
	return gates;
}

/** Operators that give nothing before their input has ended. */
function holdsBack(operator: Operator): boolean {
	switch (operator.kind) {
		case 'aggregate':
		case 'sort':
		case 'window':
		case 'pivot':
			return true;
		case 'limit':
			return operator.sort.length > 0;
		default:
			return false;
	}
}

function onlyFilter(own: readonly Consumer[], nodes: readonly PlanNode[], consumers: readonly (readonly Consumer[])[]): Expr | null {
	const [first, ...others] = own;
	if (first === undefined || others.length > 0 || first.port !== 'out') return null;
	const { operator, onError } = nodes[first.index] as PlanNode;
	const looked = (consumers[first.index] ?? []).some((consumer) => consumer.port !== 'out');
	return operator.kind === 'filter' && onError === 'fail' && !looked ? operator.predicate : null;
}

function canLend({ operator }: PlanNode): boolean {
	return operator.kind === 'scan' || operator.kind === 'filter';
}

/** Operators that copy what they need of a batch; a filter that also gives what it rejects, or what failed, passes batches on. */
function onlyLooks({ port, index }: Consumer, nodes: readonly PlanNode[], consumers: readonly (readonly Consumer[])[]): boolean {
	const { operator, onError } = nodes[index] as PlanNode;
	if (port !== 'out' || onError !== 'fail') return false;
	if (operator.kind === 'filter') return (consumers[index] ?? []).every((consumer) => consumer.port === 'out');
	return operator.kind === 'aggregate' || operator.kind === 'distinct';
}

function fedByFailures(node: PlanNode, nodes: readonly PlanNode[], indexOf: ReadonlyMap<string, number>): boolean {
	return (
		node.inputs.length > 0 &&
		node.inputs.every((input) => input.port !== 'out' || fedByFailures(nodes[indexOf.get(input.node) as number] as PlanNode, nodes, indexOf))
	);
}
