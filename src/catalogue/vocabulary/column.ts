import type { Field } from '../../data/types.ts';
import type { Expr } from '../../expression/ir.ts';
import type { ProjectColumn } from '../../plan/operators.ts';

/** The expression that is a column. */
export function columnOf(field: Field): Expr {
	return { kind: 'column', type: field.type, name: field.name };
}

/** A projection that hands a column on under its own name. */
export function keep(field: Field): ProjectColumn {
	return { name: field.name, expr: columnOf(field) };
}
