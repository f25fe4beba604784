import { fromJsonValue } from '../../data/json.ts';
import type { Schema } from '../../data/types.ts';
import type { WindowCall, WindowFrame } from '../../plan/operators.ts';
import type { KeyColumn } from '../sort/row-order.ts';
import type { WindowEvaluator } from './block.ts';
import { makeFold } from './fold.ts';
import { FramedAggregate, RunningAggregate } from './folded.ts';
import { FrameRows } from './listed.ts';
import { Rank, Share } from './ranking.ts';
import { Shift } from './shift.ts';

const WHOLE: WindowFrame = { unit: 'range', start: { kind: 'unbounded_preceding' }, end: { kind: 'unbounded_following' } };
const TO_CURRENT: WindowFrame = { unit: 'range', start: { kind: 'unbounded_preceding' }, end: { kind: 'current_row' } };

/** The evaluator of a call over rows of `schema`, sorted by `sort` within their partition. */
export function makeWindowEvaluator(call: WindowCall, schema: Schema, sort: readonly KeyColumn[]): WindowEvaluator {
	switch (call.function) {
		case 'row_number':
		case 'rank':
		case 'dense_rank':
			return new Rank(call.function);
		case 'percent_rank':
		case 'cume_dist':
			return new Share(call.function, 1);
		case 'ntile':
			return new Share('ntile', Number(call.arguments[0] ?? 1));
		case 'lead':
		case 'lag': {
			const offset = Number(call.arguments[0] ?? 1);
			const otherwise = fromJsonValue(call.type, call.arguments[1] ?? null) ?? null;
			return new Shift(columnOf(call, schema) as number, call.type, call.function === 'lead' ? offset : -offset, otherwise);
		}
		default:
			return framed(call, call.frame ?? (sort.length === 0 ? WHOLE : TO_CURRENT), schema, sort);
	}
}

function framed(call: WindowCall, frame: WindowFrame, schema: Schema, sort: readonly KeyColumn[]): WindowEvaluator {
	const column = columnOf(call, schema);
	const key = sort.length === 1 ? (sort[0] as KeyColumn) : null;
	const fold = makeFold(call, column === null ? null : (schema[column]?.type ?? null));
	if (fold === null) return new FrameRows(call, frame, column as number, key);
	if (frame.start.kind === 'unbounded_preceding' && frame.end.kind === 'current_row') return new RunningAggregate(call, column, fold, frame.unit === 'range');
	return new FramedAggregate(call, frame, column, fold, key);
}

function columnOf(call: WindowCall, schema: Schema): number | null {
	return call.field === null ? null : schema.findIndex((field) => field.name === call.field);
}
