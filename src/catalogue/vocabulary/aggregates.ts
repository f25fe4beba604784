import * as z from 'zod';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Schema, TypeKind } from '../../data/types.ts';
import type { AggregateCall, AggregateFunction } from '../../plan/operators.ts';
import type { LowerContext } from '../component.ts';
import { columnName } from './names.ts';
import { isOrdered } from './sort-keys.ts';

export const AGGREGATE_FUNCTIONS = [
	'count',
	'count_all',
	'count_distinct',
	'approx_count_distinct',
	'sum',
	'avg',
	'min',
	'max',
	'collect',
	'stddev',
	'variance',
	'first',
	'last',
] as const satisfies readonly AggregateFunction[];

export const aggregate = z.strictObject({
	function: z
		.enum(AGGREGATE_FUNCTIONS)
		.describe(
			'`count` counts values, `count_all` rows, `collect` makes a JSON list, `stddev` and `variance` are those of a sample; all but `count_all`, `first` and `last` leave nulls out.',
		),
	field: columnName.optional().describe('Column of the input; every function but `count_all` needs it.'),
	alias: columnName.optional().describe('Name of the output column; function and field joined by _ where left out (`sum_price`).'),
});

export const aggregates = z.array(aggregate).min(1).max(500);

/** Aggregates over a schema, typed; null after faults. */
export function readAggregates(given: z.output<typeof aggregates>, path: string, schema: Schema, context: LowerContext): AggregateCall[] | null {
	const calls = given.map((call, i) => readAggregate(call, `${path}[${i}]`, schema, context));
	return calls.includes(null) ? null : calls.filter((call) => call !== null);
}

function readAggregate(call: z.output<typeof aggregate>, path: string, schema: Schema, context: LowerContext): AggregateCall | null {
	const type = readAggregateType(call.function, call.field, path, schema, context);
	if (type === null) return null;
	const alias = call.alias ?? (call.field === undefined ? call.function : `${call.function}_${call.field}`);
	return { function: call.function, field: call.function === 'count_all' ? null : (call.field ?? null), alias, type };
}

/** The type an aggregate gives; null after a fault. */
export function readAggregateType(name: AggregateFunction, field: string | undefined, path: string, schema: Schema, context: LowerContext): DataType | null {
	if (name === 'count_all') {
		if (field === undefined) return { kind: 'long' };
		context.fault(`${path}.field`, 'count_all counts rows and takes no field', `leave it out, or use count to count the values of ${field}`);
		return null;
	}
	if (field === undefined) {
		context.fault(`${path}.field`, `${name} needs a field`, name === 'count' ? 'name a column, or use count_all to count rows' : 'name a column of the input');
		return null;
	}
	const column = context.column(field, `${path}.field`, schema);
	if (column === null) return null;
	const type = aggregateType(name, column.type);
	if (type === null) context.fault(`${path}.function`, `${name} of ${field} is not possible: it is ${typeName(column.type)}`, wanted(name), 'columns');
	return type;
}

const NUMBERS: ReadonlySet<TypeKind> = new Set<TypeKind>(['integer', 'long', 'float', 'double', 'decimal']);

/** What an aggregate of a column of that type gives; null where it has none. Sums of whole numbers are long: past 64 bit the run fails. */
export function aggregateType(name: AggregateFunction, input: DataType): DataType | null {
	switch (name) {
		case 'count':
		case 'count_all':
		case 'count_distinct':
		case 'approx_count_distinct':
			return { kind: 'long' };
		case 'sum':
			if (input.kind === 'integer' || input.kind === 'long') return { kind: 'long' };
			if (input.kind === 'decimal') return { kind: 'decimal', precision: 38, scale: input.scale };
			return NUMBERS.has(input.kind) ? { kind: 'double' } : null;
		case 'avg':
		case 'stddev':
		case 'variance':
			return NUMBERS.has(input.kind) ? { kind: 'double' } : null;
		case 'min':
		case 'max':
			return isOrdered(input) ? input : null;
		case 'collect':
			return { kind: 'json' };
		case 'first':
		case 'last':
			return input;
	}
}

function wanted(name: AggregateFunction): string {
	return name === 'min' || name === 'max'
		? 'JSON has no order; take a value out of it first with parse_json'
		: 'it needs numbers; cast the column in a select first';
}
