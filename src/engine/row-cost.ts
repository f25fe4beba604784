import type { Expr } from '../expression/ir.ts';
import type { GraphNode } from './graph.ts';
import { setsAtOnce } from './operators/aggregate.ts';

/** A function is a few times the work of looking at a value. */
const CALL = 4;
/** Grouping a row: its key is hashed and looked up. */
const KEY = 2;
/** Writing a value, or keeping it to be put in order. */
const KEPT = 4;

/** By node: the cells (see `Meter`) that a row it emits costs, in all that take it in before anything else is done. */
export function rowCosts(graph: readonly GraphNode[]): number[] {
	const own = graph.map(ownCost);
	const costs = graph.map(() => 0);
	for (let index = graph.length - 1; index >= 0; index--) {
		for (const consumer of (graph[index] as GraphNode).consumers) {
			const next = consumer.index;
			costs[index] = (costs[index] as number) + (own[next] as number) + (passesOn(graph[next] as GraphNode) ? (costs[next] as number) : 0);
		}
	}
	return costs;
}

/** Its rows leave while it is given them. */
function passesOn({ node }: GraphNode): boolean {
	return ['filter', 'assert', 'project', 'union', 'sample', 'limit', 'distinct'].includes(node.operator.kind);
}

/** The cells that one row of its input costs a node. */
function ownCost({ node, inputs, output }: GraphNode): number {
	const columns = Math.max(1, ...inputs.map((schema) => schema.length));
	const { operator } = node;
	switch (operator.kind) {
		case 'filter':
		case 'assert':
			return output.length + sizeOf(operator.predicate);
		case 'project':
			return operator.columns.reduce((sum, column) => sum + sizeOf(column.expr), 0);
		case 'aggregate':
			return setsAtOnce(operator) === null
				? columns * KEPT
				: (operator.groupingSets?.length ?? 1) * (operator.groupBy.length + operator.aggregates.length) * KEY;
		case 'pivot':
			return columns + operator.columns.length;
		case 'sink':
		case 'sort':
		case 'window':
		case 'distinct':
			return columns * KEPT;
		default:
			return columns;
	}
}

function sizeOf(expr: Expr): number {
	switch (expr.kind) {
		case 'literal':
		case 'column':
			return 1;
		case 'cast':
			return CALL + sizeOf(expr.argument);
		case 'case':
			return expr.branches.reduce((sum, branch) => sum + 1 + sizeOf(branch.when) + sizeOf(branch.then), sizeOf(expr.otherwise));
		case 'call':
			return expr.arguments.reduce((sum, argument) => sum + sizeOf(argument), CALL);
		default:
			return expr.arguments.reduce((sum, argument) => sum + sizeOf(argument), 1);
	}
}
