import type { DataType } from '../../data/types.ts';
import { float64Vector, safeIntVector, type Vector } from '../../data/vector.ts';
import { type Accumulator, doubles, grownDoubles } from './accumulator.ts';

const DOUBLE: DataType = { kind: 'double' };
/** Veltkamp's splitter for 53 bits. */
const SPLITTER = 134_217_729;

/**
 * Sample variance and standard deviation (n - 1; null below two values). Sums of values and of squares are kept in
 * double-double (106 bits), which outlives the cancellation of the textbook formula and does not depend on the order of rows. Whether
 * all values were one is kept beside them: their squares may need more bits than that, and of equal values nothing may be left.
 */
export class Moments implements Accumulator {
	readonly stateTypes: readonly DataType[] = [DOUBLE, DOUBLE, DOUBLE, DOUBLE, { kind: 'long' }, DOUBLE];
	readonly #root: boolean;
	#sums: Float64Array<ArrayBuffer>[] = [new Float64Array(0), new Float64Array(0), new Float64Array(0), new Float64Array(0)];
	#counts = new Float64Array(0);
	/** The one value of a group; NaN where there were others. */
	#only = new Float64Array(0);

	constructor(root: boolean) {
		this.#root = root;
	}

	grow(groups: number): void {
		this.#sums = this.#sums.map((array) => grownDoubles(array, groups));
		this.#counts = grownDoubles(this.#counts, groups);
		this.#only = grownDoubles(this.#only, groups);
	}

	add(ids: Int32Array, values: Vector | null, rows: number): void {
		if (values === null) return;
		const numbers = doubles(values);
		const { nulls } = values;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id < 0 || (nulls !== null && nulls[i] === 1)) continue;
			const value = numbers[i] as number;
			this.#accumulate(0, id, value, 0);
			const square = value * value;
			const split = SPLITTER * value;
			const high = split - (split - value);
			const low = value - high;
			this.#accumulate(2, id, square, Number.isFinite(split) ? high * high - square + 2 * high * low + low * low : 0);
			this.#count(id, 1, value);
		}
	}

	state(from: number, to: number): Vector[] {
		return [
			...this.#sums.map((array) => float64Vector(DOUBLE, array.slice(from, to), null)),
			safeIntVector({ kind: 'long' }, this.#counts.slice(from, to), null),
			float64Vector(DOUBLE, this.#only.slice(from, to), null),
		];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const arrays = state.map((vector) => (vector as Vector & { values: Float64Array }).values);
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			this.#accumulate(0, id, arrays[0]?.[i] as number, arrays[1]?.[i] as number);
			this.#accumulate(2, id, arrays[2]?.[i] as number, arrays[3]?.[i] as number);
			this.#count(id, arrays[4]?.[i] as number, arrays[5]?.[i] as number);
		}
	}

	result(from: number, to: number): Vector {
		const values = new Float64Array(to - from);
		let nulls: Uint8Array | null = null;
		for (let i = 0; i < values.length; i++) {
			if ((this.#counts[from + i] as number) < 2) {
				nulls ??= new Uint8Array(values.length);
				nulls[i] = 1;
			} else values[i] = this.#value(from + i);
		}
		return float64Vector(DOUBLE, values, nulls);
	}

	get bytes(): number {
		return this.#counts.byteLength * 6;
	}

	#count(id: number, more: number, only: number): void {
		const before = this.#counts[id] as number;
		if (before === 0) this.#only[id] = only;
		else if (more > 0 && this.#only[id] !== only) this.#only[id] = Number.NaN;
		this.#counts[id] = before + more;
	}

	/** Adds a double-double to the one at `at`, `at + 1`. */
	#accumulate(at: 0 | 2, id: number, high: number, low: number): void {
		const highs = this.#sums[at] as Float64Array;
		const lows = this.#sums[at + 1] as Float64Array;
		const before = highs[id] as number;
		const sum = before + high;
		const part = sum - before;
		const error = before - (sum - part) + (high - part) + low + (lows[id] as number);
		highs[id] = sum + error;
		lows[id] = error - ((highs[id] as number) - sum);
	}

	#value(id: number): number {
		if (Number.isFinite(this.#only[id])) return 0;
		const count = this.#counts[id] as number;
		const [sum, sumLow, square, squareLow] = this.#sums.map((array) => array[id] as number) as [number, number, number, number];
		// sum² / n in double-double, subtracted from the sum of squares before anything is rounded.
		const mean = sum / count;
		const product = twoProduct(mean, sum);
		const rest = sum - twoProduct(mean, count)[0] - twoProduct(mean, count)[1];
		const correction = (rest / count) * sum + 2 * mean * sumLow;
		const spread = square - product[0] + (squareLow - product[1] - correction);
		const variance = Math.max(0, spread) / (count - 1);
		return this.#root ? Math.sqrt(variance) : variance;
	}
}

function twoProduct(a: number, b: number): [number, number] {
	const product = a * b;
	const splitA = SPLITTER * a;
	const splitB = SPLITTER * b;
	if (!Number.isFinite(splitA) || !Number.isFinite(splitB)) return [product, 0];
	const highA = splitA - (splitA - a);
	const highB = splitB - (splitB - b);
	const lowA = a - highA;
	const lowB = b - highB;
	return [product, highA * highB - product + highA * lowB + lowA * highB + lowA * lowB];
}
