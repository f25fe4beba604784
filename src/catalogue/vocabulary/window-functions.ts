import * as z from 'zod';
import { fromJsonValue, toJsonValue } from '../../data/json.ts';
import { expectation } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Schema } from '../../data/types.ts';
import type { AggregateFunction, RankingFunction, SortKey, WindowCall, WindowFrame } from '../../plan/operators.ts';
import type { LowerContext } from '../component.ts';
import { AGGREGATE_FUNCTIONS, readAggregateType } from './aggregates.ts';
import { frame, readFrame } from './frame.ts';
import { columnName } from './names.ts';

const RANKING_FUNCTIONS = [
	'row_number',
	'rank',
	'dense_rank',
	'percent_rank',
	'cume_dist',
	'ntile',
	'lead',
	'lag',
	'first_value',
	'last_value',
] as const satisfies readonly RankingFunction[];

export const windowFunction = z.strictObject({
	function: z.enum([...AGGREGATE_FUNCTIONS, ...RANKING_FUNCTIONS]).describe('An aggregate over the frame, a rank, or the value of another row.'),
	field: columnName.optional().describe('Column of the input; not for ranks, ntile and count_all.'),
	alias: columnName.optional().describe('Name of the new column; function and field joined by _ where left out.'),
	arguments: z
		.array(z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]))
		.max(2)
		.optional()
		.describe('ntile: [number of buckets]; lead and lag: [how many rows away (1), value where there is none (null)].'),
	frame: frame.optional().describe('Which rows count, for aggregates, first_value and last_value.'),
});

type Given = z.output<typeof windowFunction>;

/** A window function over a schema, typed and with its frame; null after faults. */
export function readWindowCall(call: Given, path: string, sort: readonly SortKey[], schema: Schema, context: LowerContext): WindowCall | null {
	const type = readType(call, path, sort, schema, context);
	const args = readArguments(call, path, type, context);
	const framed = call.frame === undefined ? defaultFrame(call.function, sort) : explicitFrame(call, path, sort, schema, context);
	if (type === null || args === null || framed === undefined) return null;
	const alias = call.alias ?? (call.field === undefined ? call.function : `${call.function}_${call.field}`);
	return { function: call.function, field: FIELDLESS.has(call.function) ? null : (call.field ?? null), alias, type, arguments: args, frame: framed };
}

const AGGREGATES: ReadonlySet<string> = new Set(AGGREGATE_FUNCTIONS);
const RANKS: ReadonlySet<string> = new Set(['rank', 'dense_rank', 'percent_rank', 'cume_dist']);
const FIELDLESS: ReadonlySet<string> = new Set([...RANKS, 'row_number', 'ntile', 'count_all']);
const OF_FRAME: ReadonlySet<string> = new Set([...AGGREGATE_FUNCTIONS, 'first_value', 'last_value']);

function readType(call: Given, path: string, sort: readonly SortKey[], schema: Schema, context: LowerContext): DataType | null {
	const name = call.function;
	if (AGGREGATES.has(name)) return readAggregateType(name as AggregateFunction, call.field, path, schema, context);
	if (FIELDLESS.has(name)) {
		if (call.field !== undefined) {
			context.fault(`${path}.field`, `${name} takes no field`, 'leave it out; what it goes by is the sort');
			return null;
		}
		if (RANKS.has(name) && sort.length === 0 && context.known) {
			context.fault(`${path}.function`, `${name} needs a sort: without one all rows are equal`, 'add "sort": [{"field": "…"}]');
			return null;
		}
		return { kind: name === 'percent_rank' || name === 'cume_dist' ? 'double' : 'long' };
	}
	if (call.field === undefined) {
		context.fault(`${path}.field`, `${name} needs a field`, 'name the column whose value is wanted');
		return null;
	}
	return context.column(call.field, `${path}.field`, schema)?.type ?? null;
}

function readArguments(call: Given, path: string, type: DataType | null, context: LowerContext): WindowCall['arguments'] | null {
	const given = call.arguments ?? [];
	const tell = (message: string, hint: string) => {
		context.fault(`${path}.arguments`, message, hint);
		return null;
	};
	const [first = 1, otherwise = null] = given;
	const whole = typeof first === 'number' && Number.isSafeInteger(first) && first >= 0;
	if (call.function === 'ntile') {
		if (given.length === 1 && whole && first > 0) return [first];
		return tell('ntile needs the number of buckets', '"arguments": [4]');
	}
	if (call.function !== 'lead' && call.function !== 'lag') return given.length === 0 ? [] : tell(`${call.function} takes no arguments`, 'leave arguments out');
	if (!whole) return tell(`${JSON.stringify(first)} is no number of rows`, 'a whole number of rows, then the value where there is none: "arguments": [1, 0]');
	if (type === null) return null;
	const value = fromJsonValue(type, otherwise);
	if (value === undefined) return tell(`${JSON.stringify(otherwise)} is no ${typeName(type)}, which ${call.field} is`, `it must be ${expectation(type)}`);
	const json = toJsonValue(type, value);
	return [first, json !== null && typeof json === 'object' ? JSON.stringify(json) : json];
}

/** As in SQL; undefined after a fault. */
function explicitFrame(call: Given, path: string, sort: readonly SortKey[], schema: Schema, context: LowerContext): WindowFrame | undefined {
	if (call.frame === undefined) return undefined;
	if (OF_FRAME.has(call.function)) return readFrame(call.frame, `${path}.frame`, sort, schema, context) ?? undefined;
	context.fault(`${path}.frame`, `${call.function} looks at the whole partition and takes no frame`, 'leave frame out');
	return undefined;
}

function defaultFrame(name: Given['function'], sort: readonly SortKey[]): WindowFrame | null {
	if (!OF_FRAME.has(name)) return null;
	const end = sort.length === 0 ? 'unbounded_following' : 'current_row';
	return { unit: 'range', start: { kind: 'unbounded_preceding' }, end: { kind: end } };
}
