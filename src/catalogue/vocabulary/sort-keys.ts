import * as z from 'zod';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Schema } from '../../data/types.ts';
import type { SortKey } from '../../plan/operators.ts';
import type { LowerContext } from '../component.ts';
import { columnName } from './names.ts';

export const sortKey = z.strictObject({
	field: columnName.describe('Column of the input.'),
	direction: z.enum(['asc', 'desc']).default('asc').describe('Ascending or descending.'),
	nulls: z.enum(['first', 'last']).default('last').describe('Where rows without a value go, whatever the direction.'),
});

export const sortKeys = z.array(sortKey).min(1).max(100);

/** Where an order is not needed: none and an empty one are the same. */
export const optionalSortKeys = z.array(sortKey).max(100).optional();

/** Sort keys over a schema; null after faults. */
export function readSortKeys(keys: readonly z.output<typeof sortKey>[], path: string, schema: Schema, context: LowerContext): SortKey[] | null {
	const seen = new Set<string>();
	let sound = true;
	keys.forEach((key, i) => {
		const at = `${path}[${i}].field`;
		const field = context.column(key.field, at, schema);
		if (field === null) sound = false;
		else if (!isOrdered(field.type)) {
			context.fault(at, `${key.field} is ${typeName(field.type)}, which has no order`, 'take a value out of it first with parse_json', 'columns');
			sound = false;
		}
		if (seen.has(key.field)) {
			context.fault(at, `${JSON.stringify(key.field)} is a sort key twice`, 'name each column once', 'columns');
			sound = false;
		}
		seen.add(key.field);
	});
	return sound ? keys.map(({ field, direction, nulls }) => ({ field, direction, nulls })) : null;
}

/** Whether values of the type have an order people would expect; JSON text has none. */
export function isOrdered(type: DataType): boolean {
	return type.kind !== 'json';
}
