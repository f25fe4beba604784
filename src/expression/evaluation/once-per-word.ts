import { Coded, canBeWords, codedVector } from '../../data/coded.ts';
import { gatherVector } from '../../data/gather.ts';
import { type BooleanVector, booleanVector, type Vector } from '../../data/vector.ts';
import type { RowError } from '../ir.ts';
import { Frame } from './frame.ts';
import { column, type Operand } from './operand.ts';

/** What a call does with operands of as many rows as its frame. */
export type EvaluateCall = (operands: readonly Operand[], frame: Frame) => Vector;

/** More words than this for each row are not worth it, unless it was done for an earlier batch. */
const MOST_WORDS = 4;

/** The call's value for each word, and behind them for null where the column has nulls; null where one of them fails. */
interface Answers {
	plain: Vector | null | undefined;
	withNull: Vector | null | undefined;
}

/**
 * Evaluates a call whose only column is coded once for each word, and again only for another dictionary. Only for pure functions;
 * where a word fails, perhaps one that no row has, every row is evaluated by itself.
 */
export function oncePerWord(evaluate: EvaluateCall): EvaluateCall {
	const known = new WeakMap<Vector, Answers>();
	return (operands, frame) => {
		const place = onlyCoded(operands);
		const coded = place < 0 ? null : (operands[place]?.vector as unknown as Coded);
		if (coded === null) return evaluate(operands, frame);
		const { words, indexes, nulls } = coded;
		let answers = known.get(words);
		if (answers === undefined) {
			if (words.length > frame.length * MOST_WORDS) return evaluate(operands, frame);
			answers = { plain: undefined, withNull: undefined };
			known.set(words, answers);
		}
		const which = nulls === null ? 'plain' : 'withNull';
		if (answers[which] === undefined) answers[which] = answered(evaluate, operands, place, nulls === null ? words : andNull(words), frame);
		const answer = answers[which];
		if (answer == null) return evaluate(operands, frame);
		if (nulls === null && answer.layout === 'bool' && answer.nulls === null) return flagsOf(answer, indexes);
		const rows = nulls === null ? indexes : indexes.map((index, row) => (nulls[row] === 1 ? words.length : index));
		return canBeWords(answer) ? codedVector(answer, rows, null) : gatherVector(answer, rows);
	};
}

/** `gatherVector` of flags, without looking for nulls. */
function flagsOf({ type, values }: BooleanVector, indexes: Int32Array): Vector {
	const flags = new Uint8Array(indexes.length);
	for (let row = 0; row < indexes.length; row++) flags[row] = values[indexes[row] as number] as number;
	return booleanVector(type, flags, null);
}

/** Which operand is the only one that is no constant, if it is coded; else -1. */
function onlyCoded(operands: readonly Operand[]): number {
	let place = -1;
	for (let at = 0; at < operands.length; at++) {
		const { vector, constant } = operands[at] as Operand;
		if (constant) continue;
		if (place >= 0 || !(vector instanceof Coded)) return -1;
		place = at;
	}
	return place;
}

function andNull(words: Vector): Vector {
	return gatherVector(
		words,
		Int32Array.from({ length: words.length + 1 }, (_, at) => (at < words.length ? at : -1)),
	);
}

function answered(evaluate: EvaluateCall, operands: readonly Operand[], place: number, words: Vector, frame: Frame): Vector | null {
	const failures: RowError[] = [];
	const own = new Frame({ schema: frame.schema, length: words.length, columns: [] }, failures, frame.environment);
	const answer = evaluate(
		operands.map((operand, at) => (at === place ? column(words) : operand)),
		own,
	);
	return failures.length === 0 ? answer : null;
}
