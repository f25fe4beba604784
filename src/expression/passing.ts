import type { Batch } from '../data/batch.ts';
import { Coded } from '../data/coded.ts';
import { nullVector } from '../data/gather.ts';
import { trueRows, type WordTruths } from '../data/true-rows.ts';
import type { BooleanVector, Vector } from '../data/vector.ts';
import { columnsRead } from './columns-read.ts';
import { type CompiledExpression, compile } from './evaluate.ts';
import { isPure, mayFail } from './evaluation/traits.ts';
import type { ColumnExpr, Expr, RowError } from './ir.ts';
import { type PassingRows, passingRows } from './select.ts';

/** More words than this for each row are not worth it, unless it was done for an earlier batch. */
const MOST_WORDS = 4;

/**
 * Tells which rows of a batch a boolean expression is true for. The array is reused by the next call. Conditions on one coded column
 * each, joined by `and`, are answered once a word and then only looked up, with nothing made on the way.
 */
export function passing(expr: Expr): (batch: Batch, errors: RowError[]) => PassingRows {
	const whole = compile(expr);
	const parts = (expr.kind === 'and' ? expr.arguments : [expr]).map(wordCondition);
	const conditions = parts.filter((part) => part !== null);
	let rows = new Uint32Array(0);
	return (batch, errors) => {
		const places = conditions.length < parts.length ? null : answeredAll(conditions, batch);
		if (places === null) return passingRows(whole, batch, errors);
		if (rows.length < batch.length) rows = new Uint32Array(batch.length);
		return { rows, count: trueRows(places, batch.length, rows) };
	};
}

/** What a condition says of words, and of how large a share of them it is true. */
interface Answered {
	readonly truths: Uint8Array;
	readonly share: number;
}

/** A condition on one column that no row fails and that gives the same every time. */
class WordCondition {
	readonly column: string;
	readonly #evaluate: CompiledExpression;
	readonly #type: ColumnExpr['type'];
	readonly #known = new WeakMap<Vector, Answered>();

	constructor(expr: Expr, column: ColumnExpr) {
		this.column = column.name;
		this.#type = column.type;
		this.#evaluate = compile(expr);
	}

	/** For each word 1 where it is true, and behind them the same for null; null where that is not worth it. */
	answers(words: Vector, rows: number): Answered | null {
		const known = this.#known.get(words);
		if (known !== undefined) return known;
		if (words.length > rows * MOST_WORDS) return null;
		const truths = new Uint8Array(words.length + 1);
		truths.set(this.#true(words));
		truths.set(this.#true(nullVector(this.#type, 1)), words.length);
		const answered = { truths, share: truths.reduce((sum, truth) => sum + truth, 0) / truths.length };
		this.#known.set(words, answered);
		return answered;
	}

	#true(vector: Vector): Uint8Array {
		const batch = { schema: [{ name: this.column, type: this.#type }], length: vector.length, columns: [vector] };
		const { values, nulls } = this.#evaluate(batch, []) as BooleanVector;
		return nulls === null ? values : values.map((value, row) => (nulls[row] === 1 ? 0 : value));
	}
}

function wordCondition(expr: Expr): WordCondition | null {
	const [column, ...others] = columnsRead(expr);
	return column === undefined || others.length > 0 || mayFail(expr) || !isPure(expr) ? null : new WordCondition(expr, column);
}

/** Null where a column is not coded. First comes what is true of the fewest words: so the others have fewer rows to look at. */
function answeredAll(conditions: readonly WordCondition[], batch: Batch): WordTruths[] | null {
	const all: (WordTruths & { readonly share: number })[] = [];
	for (const condition of conditions) {
		const vector = batch.columns[batch.schema.findIndex((field) => field.name === condition.column)];
		if (!(vector instanceof Coded)) return null;
		const { words, indexes, nulls } = vector as Coded;
		const answered = condition.answers(words, batch.length);
		if (answered === null) return null;
		all.push({ indexes, nulls, ...answered });
	}
	return all.sort((a, b) => a.share - b.share);
}
