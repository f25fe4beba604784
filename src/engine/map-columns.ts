import type { ColumnExpr, Expr } from '../expression/ir.ts';

/** An expression with its columns renamed (those that `names` has); `seen` is told of each column as it was. */
export function mapColumns(expr: Expr, names: ReadonlyMap<string, string> | null, seen: (column: ColumnExpr) => void = () => {}): Expr {
	const map = (each: Expr) => mapColumns(each, names, seen);
	switch (expr.kind) {
		case 'column':
			seen(expr);
			return names === null ? expr : { ...expr, name: names.get(expr.name) ?? expr.name };
		case 'literal':
			return expr;
		case 'cast':
			return { ...expr, argument: map(expr.argument) };
		case 'case':
			return { ...expr, branches: expr.branches.map(({ when, then }) => ({ when: map(when), then: map(then) })), otherwise: map(expr.otherwise) };
		default:
			return { ...expr, arguments: expr.arguments.map(map) };
	}
}
