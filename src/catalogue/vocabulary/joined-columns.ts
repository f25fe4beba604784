import * as z from 'zod';
import type { Schema } from '../../data/types.ts';
import type { JoinOperator } from '../../plan/operators.ts';
import type { LowerContext } from '../component.ts';

export const rightPrefix = z.string().min(1).max(100).default('right_').describe('Put before the name of a right column that the left has too.');

/** All left columns, then all right ones, prefixed where the name is taken; null after a fault where the prefixed one is taken as well. */
export function joinedColumns(left: Schema, right: Schema, prefix: string, context: LowerContext): JoinOperator['columns'] | null {
	const columns: { side: 'left' | 'right'; field: string; name: string }[] = left.map(({ name }) => ({ side: 'left', field: name, name }));
	const taken = new Set(left.map((field) => field.name));
	const rightNames = new Set(right.map((field) => field.name));
	for (const { name: field } of right) {
		const name = taken.has(field) ? `${prefix}${field}` : field;
		if (taken.has(name) || (name !== field && rightNames.has(name))) {
			context.fault(
				'right_prefix',
				`the right column ${field} would be named ${name}, and so is another`,
				'choose another right_prefix, or rename the column in a select first',
				'columns',
			);
			return null;
		}
		taken.add(name);
		columns.push({ side: 'right', field, name });
	}
	return columns;
}

export function joinedSchema(columns: JoinOperator['columns'], left: Schema, right: Schema): Schema {
	const types = { left: new Map(left.map(({ name, type }) => [name, type])), right: new Map(right.map(({ name, type }) => [name, type])) };
	return columns.flatMap(({ side, field, name }) => {
		const type = types[side].get(field);
		return type === undefined ? [] : [{ name, type }];
	});
}
