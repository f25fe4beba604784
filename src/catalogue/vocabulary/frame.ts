import * as z from 'zod';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Schema } from '../../data/types.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import type { FrameBound, SortKey, WindowFrame } from '../../plan/operators.ts';
import type { LowerContext } from '../component.ts';

const bound = z.string().regex(/^\s*(unbounded\s+(preceding|following)|current\s+row|\d+(\.\d+)?(\s+[a-z]+)?\s+(preceding|following))\s*$/i, {
	error: 'valid: unbounded preceding, N preceding, current row, N following, unbounded following; over dates also 6 days preceding',
});

export const frame = z.strictObject({
	unit: z.enum(['rows', 'range']).describe('`rows` counts rows; `range` measures the distance of the sort key.'),
	start: bound.default('unbounded preceding').describe('Where the frame begins.'),
	end: bound.default('current row').describe('Where the frame ends.'),
});

/** Lengths of units in milliseconds; months and years have none. */
const UNITS: Readonly<Record<string, number>> = { second: 1000, minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY };

/** A frame over a sort; null after faults. */
export function readFrame(given: z.output<typeof frame>, path: string, sort: readonly SortKey[], schema: Schema, context: LowerContext): WindowFrame | null {
	const key = sort.length === 1 ? schema.find((field) => field.name === sort[0]?.field) : undefined;
	const scope = { unit: given.unit, keys: sort.length, type: key?.type ?? null, known: context.known };
	const start = readBound(given.start, `${path}.start`, scope, context);
	const end = readBound(given.end, `${path}.end`, scope, context);
	if (start === null || end === null) return null;
	if (position(start) > position(end) || start.kind === 'unbounded_following' || end.kind === 'unbounded_preceding') {
		context.fault(path, `the frame ends (${given.end}) before it begins (${given.start})`, 'a frame reaches from the earlier bound to the later one');
		return null;
	}
	return { unit: given.unit, start, end };
}

interface FrameScope {
	readonly unit: 'rows' | 'range';
	readonly keys: number;
	readonly type: DataType | null;
	readonly known: boolean;
}

function readBound(text: string, path: string, scope: FrameScope, context: LowerContext): FrameBound | null {
	const words = text.trim().toLowerCase().split(/\s+/);
	const side = words.at(-1) === 'preceding' ? 'preceding' : 'following';
	if (words[0] === 'unbounded') return { kind: `unbounded_${side}` };
	if (words[0] === 'current') return { kind: 'current_row' };
	const amount = Number(words[0]);
	const unit = words.length === 3 ? words[1] : undefined;
	const offset = scope.unit === 'rows' ? rowOffset(amount, unit) : rangeOffset(amount, unit, scope);
	if (typeof offset === 'number') return { kind: side, offset };
	if (offset !== null) context.fault(path, offset.message, offset.hint, offset.columns === true ? 'columns' : 'configuration');
	return null;
}

interface Refusal {
	readonly message: string;
	readonly hint: string;
	readonly columns?: true;
}

function rowOffset(amount: number, unit: string | undefined): number | Refusal {
	if (unit !== undefined) return { message: `a frame of rows is counted in rows, not in ${unit}`, hint: 'use "unit": "range" for a distance in time' };
	return Number.isSafeInteger(amount) ? amount : { message: `${amount} is no number of rows`, hint: 'a whole number' };
}

function rangeOffset(amount: number, unit: string | undefined, scope: FrameScope): number | Refusal | null {
	if (scope.keys !== 1)
		return {
			message: `a range with a distance needs exactly one sort key, there are ${scope.keys}`,
			hint: 'sort by the one column the distance is measured on',
		};
	if (scope.type === null) return null;
	const { kind } = scope.type;
	const length = unit === undefined ? undefined : UNITS[unit.replace(/s$/, '')];
	if (unit !== undefined && length === undefined) return { message: `${unit} is no unit of a frame`, hint: `valid: ${Object.keys(UNITS).join('s, ')}s` };
	if (kind === 'date' || kind === 'datetime') {
		if (length === undefined) return { message: `a distance over a ${kind} needs a unit`, hint: `for example ${amount} days preceding`, columns: true };
		if (kind === 'datetime') return amount * length;
		const days = (amount * length) / DAY;
		return Number.isInteger(days) ? days : { message: `${amount} ${unit} are no whole days, the sort key is a date`, hint: 'days or weeks', columns: true };
	}
	if (length !== undefined)
		return { message: `a distance in ${unit} needs a date or datetime, the sort key is ${typeName(scope.type)}`, hint: 'leave the unit out', columns: true };
	const numeric = kind === 'integer' || kind === 'long' || kind === 'float' || kind === 'double' || kind === 'decimal';
	return numeric
		? amount
		: {
				message: `a range with a distance needs a number, date or datetime, the sort key is ${typeName(scope.type)}`,
				hint: 'use "unit": "rows"',
				columns: true,
			};
}

function position(bound: FrameBound): number {
	switch (bound.kind) {
		case 'unbounded_preceding':
			return Number.NEGATIVE_INFINITY;
		case 'preceding':
			return -bound.offset;
		case 'current_row':
			return 0;
		case 'following':
			return bound.offset;
		case 'unbounded_following':
			return Number.POSITIVE_INFINITY;
	}
}
