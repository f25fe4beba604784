import type { ColumnExpr, Expr } from './ir.ts';

/** Columns of the row that an expression reads, each name once. */
export function columnsRead(expr: Expr): readonly ColumnExpr[] {
	const columns = new Map<string, ColumnExpr>();
	const visit = (each: Expr): void => {
		if (each.kind === 'column') columns.set(each.name, each);
		else if (each.kind === 'case') {
			for (const { when, then } of each.branches) {
				visit(when);
				visit(then);
			}
			visit(each.otherwise);
		} else if (each.kind === 'cast') visit(each.argument);
		else if (each.kind !== 'literal') each.arguments.forEach(visit);
	};
	visit(expr);
	return [...columns.values()];
}
