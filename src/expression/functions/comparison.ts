import { nullVector } from '../../data/gather.ts';
import type { ExactInteger, Value } from '../../data/types.ts';
import { booleanVector, type Vector } from '../../data/vector.ts';
import { type Comparison, compare } from '../evaluation/compare.ts';
import { BOOLEAN, combine, not, nullness, truths, truthVector } from '../evaluation/logic.ts';
import { column, isNullConstant, type Operand, slotsOf, spread } from '../evaluation/operand.ts';
import { type CallInfo, defineFunction, type FunctionDefinition, vectorSignature } from './definition.ts';
import { anything, boolean, same } from './parameter.ts';

/** Decimals are compared as they are, whatever their scales; everything else is brought to one type by the checker. */
const comparable = (name: string) => ({ ...same(name), mixedDecimals: true });

export const COMPARISONS: readonly FunctionDefinition[] = [
	comparison('eq', 'a = b', 'Whether both are equal; also ==. Text is compared by code point, case matters.', ["'a' = 'A'", 'false']),
	comparison('ne', 'a != b', 'Whether they differ; also <>.', ['1 != 1.0', 'false']),
	comparison('lt', 'a < b', 'Whether a is below b.', ["'B' < 'a'", 'true']),
	comparison('le', 'a <= b', 'Whether a is not above b.', ['2 <= 2.0', 'true']),
	comparison('gt', 'a > b', 'Whether a is above b.', ["date '2024-01-02' > '2024-01-01'", 'true']),
	comparison('ge', 'a >= b', 'Whether a is not below b.', ['null >= 1', null]),
	defineFunction({
		name: 'between',
		spelling: 'a between low and high',
		operator: true,
		description: 'Whether a is not below low and not above high.',
		nulls: 'as a >= low and a <= high: false where one bound already decides',
		examples: [
			['5 between 1 and 5', 'true'],
			['5 between 6 and null', 'false'],
		],
		signatures: [
			vectorSignature({
				parameters: [comparable('a'), comparable('low'), comparable('high')],
				result: 'boolean',
				evaluate: (operands, _info, { length }) => {
					const [value, low, high] = operands as [Operand, Operand, Operand];
					const result = truths(column(compare('ge', value, low, length)), length);
					combine('and', result, truths(column(compare('le', value, high, length)), length), null);
					return truthVector(result);
				},
			}),
		],
	}),
	defineFunction({
		name: 'in',
		spelling: 'a in (b, c)',
		operator: true,
		description: 'Whether a equals one of the values.',
		nulls: 'null if a is null, or if it equals none of the values and one of them is null',
		examples: [
			["'b' in ('a', 'b')", 'true'],
			['3 in (1, null)', null],
		],
		signatures: [
			vectorSignature({
				parameters: [same('a'), same('b')],
				rest: same('c'),
				result: 'boolean',
				evaluate: (operands, info, { length }) => isIn(operands, info, length),
			}),
		],
	}),
	defineFunction({
		name: 'is_distinct',
		spelling: 'a is distinct from b',
		operator: true,
		description: 'Whether they differ, null being a value like any other.',
		nulls: 'never null: two nulls are not distinct, a null and a value are',
		examples: [
			['null is distinct from null', 'false'],
			['1 is not distinct from null', 'false'],
		],
		signatures: [
			vectorSignature({
				parameters: [comparable('a'), comparable('b')],
				result: 'boolean',
				evaluate: (operands, _info, { length }) => {
					const [left, right] = operands as [Operand, Operand];
					const differ = compare('ne', left, right, length);
					if (differ.nulls === null) return differ;
					const a = nullness(left, length, 1).values as Uint8Array;
					const b = nullness(right, length, 1).values as Uint8Array;
					const values = differ.values as Uint8Array;
					return booleanVector(
						BOOLEAN,
						values.map((bit, row) => ((a[row] as number) | (b[row] as number) ? (a[row] as number) ^ (b[row] as number) : bit)),
						null,
					);
				},
			}),
		],
	}),
	defineFunction({
		name: 'is_null',
		spelling: 'a is null',
		operator: true,
		description: 'Whether there is no value.',
		nulls: 'never null',
		examples: [["'' is null", 'false']],
		signatures: [
			vectorSignature({ parameters: [anything('a')], result: 'boolean', evaluate: ([operand], _info, { length }) => nullness(operand as Operand, length, 1) }),
		],
	}),
	defineFunction({
		name: 'is_not_null',
		spelling: 'a is not null',
		operator: true,
		description: 'Whether there is a value.',
		nulls: 'never null',
		examples: [['null is not null', 'false']],
		signatures: [
			vectorSignature({ parameters: [anything('a')], result: 'boolean', evaluate: ([operand], _info, { length }) => nullness(operand as Operand, length, 0) }),
		],
	}),
	defineFunction({
		name: 'not',
		spelling: 'not a',
		operator: true,
		description: 'The opposite truth; also !a.',
		examples: [
			['not 1 = 2', 'true'],
			['not null', null],
		],
		signatures: [
			vectorSignature({ parameters: [boolean('a')], result: 'boolean', evaluate: ([operand], _info, { length }) => not(operand as Operand, length) }),
		],
	}),
];

function comparison(name: Comparison, spelling: string, description: string, example: readonly [string, string | null]): FunctionDefinition {
	return defineFunction({
		name,
		spelling,
		operator: true,
		description,
		examples: [example],
		signatures: [
			vectorSignature({
				parameters: [comparable('a'), comparable('b')],
				result: 'boolean',
				evaluate: (operands, _info, { length }) => compare(name, operands[0] as Operand, operands[1] as Operand, length),
			}),
		],
	});
}

function isIn(operands: readonly Operand[], info: CallInfo, length: number): Vector {
	const [value, ...members] = operands as [Operand, ...Operand[]];
	if (isNullConstant(value)) return nullVector(BOOLEAN, length);
	const bytes = info.types[0]?.kind === 'binary';
	if (!bytes && members.every(({ constant }) => constant)) return inSet(value, membersOf(info, members), length);
	const result = new Uint8Array(length);
	for (const member of members) combine('or', result, truths(column(compare('eq', value, member, length)), length), null);
	return truthVector(result);
}

interface Members {
	readonly set: ReadonlySet<Value>;
	readonly withNull: boolean;
}

/** The literals of a list, put into a set once for all batches. */
const lists = new WeakMap<CallInfo, Members>();

/** A Set takes NaN as equal to itself and -0 as 0, as `compare` does. */
function membersOf(info: CallInfo, operands: readonly Operand[]): Members {
	let members = lists.get(info);
	if (members === undefined) {
		const values = operands.map((operand) => (isNullConstant(operand) ? null : (slotsOf(operand.vector)[0] as Value)));
		members = { set: new Set(values.filter((value) => value !== null)), withNull: values.includes(null) };
		lists.set(info, members);
	}
	return members;
}

function inSet(operand: Operand, { set, withNull }: Members, length: number): Vector {
	const vector = spread(operand, length);
	const slots = slotsOf(vector) as ArrayLike<string | ExactInteger | boolean>;
	const out = new Uint8Array(length);
	for (let row = 0; row < length; row++) out[row] = set.has(slots[row] as Value) ? 1 : 0;
	if (!withNull) return booleanVector(BOOLEAN, out, vector.nulls);
	const nulls = Uint8Array.from(out, (bit, row) => (bit === 0 || (vector.nulls !== null && vector.nulls[row] === 1) ? 1 : 0));
	return booleanVector(BOOLEAN, out, nulls);
}
