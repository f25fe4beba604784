import type { Expr } from '../expression/ir.ts';
import type { Operator } from '../plan/operators.ts';
import type { PlanNode } from '../plan/plan.ts';
import { mapColumns } from './map-columns.ts';

/** Which columns somebody needs; `all` where every one counts. */
export type Needs = ReadonlySet<string> | 'all';

/**
 * Which columns of an input a node has to get, so that it can give `out` (and pass on `rest`, what its rejected port needs).
 * This is what keeps a file's other columns from being read at all.
 */
export function neededOfInput(node: PlanNode, input: number, outNeeds: Needs, rest: Needs): Needs {
	const { operator } = node;
	if (rest === 'all' || seesEveryColumn(operator)) return 'all';
	const out = outNeeds === 'all' ? new Set(node.output.map((field) => field.name)) : outNeeds;
	const needs = new Set(rest);
	switch (operator.kind) {
		case 'filter':
		case 'assert':
			addAll(needs, out);
			addColumns(needs, operator.predicate);
			break;
		case 'project':
			for (const column of operator.columns) if (node.onError !== 'fail' || out.has(column.name)) addColumns(needs, column.expr);
			break;
		case 'join':
			for (const key of operator.keys) needs.add(input === 0 ? key.left : key.right);
			for (const column of operator.columns) if (out.has(column.name) && (column.side === 'left') === (input === 0)) needs.add(column.field);
			break;
		case 'union':
			node.output.forEach((field, position) => {
				const source = operator.inputs[input]?.[position];
				if (out.has(field.name) && source != null) needs.add(source);
			});
			break;
		case 'aggregate':
			addAll(needs, operator.groupBy);
			for (const call of operator.aggregates) if (call.field !== null && out.has(call.alias)) needs.add(call.field);
			break;
		case 'window': {
			const aliases = new Set(operator.functions.map((call) => call.alias));
			for (const name of out) if (!aliases.has(name)) needs.add(name);
			addAll(needs, operator.partitionBy);
			for (const key of operator.sort) needs.add(key.field);
			for (const call of operator.functions) if (call.field !== null && out.has(call.alias)) needs.add(call.field);
			break;
		}
		case 'sort':
			addAll(needs, out);
			for (const key of operator.keys) needs.add(key.field);
			break;
		case 'limit':
			addAll(needs, out);
			addAll(needs, operator.partitionBy);
			for (const key of operator.sort) needs.add(key.field);
			break;
		case 'sample':
			addAll(needs, out);
			break;
		case 'distinct':
			addAll(needs, operator.on);
			break;
		case 'explode': {
			const made = new Set([operator.alias, ...(operator.spread ?? []).map((field) => field.name)]);
			for (const name of out) if (!made.has(name)) needs.add(name);
			needs.add(operator.field);
			break;
		}
		case 'pivot':
			addAll(needs, operator.groupBy);
			needs.add(operator.key);
			needs.add(operator.value);
			break;
		case 'unpivot':
			for (const name of out) if (name !== operator.keyAlias && name !== operator.valueAlias) needs.add(name);
			addAll(needs, operator.columns);
			break;
	}
	return needs;
}

/** Operators that look at every column, whoever asks. */
function seesEveryColumn(operator: Operator): boolean {
	return operator.kind === 'code' || operator.kind === 'sink' || operator.kind === 'scan' || (operator.kind === 'distinct' && operator.on.length === 0);
}

function addAll(needs: Set<string>, names: Iterable<string>): void {
	for (const name of names) needs.add(name);
}

function addColumns(needs: Set<string>, expr: Expr): void {
	mapColumns(expr, null, (column) => needs.add(column.name));
}
