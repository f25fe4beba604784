import { AsciiText } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { Coded } from '../../data/coded.ts';
import { release } from '../../data/release.ts';
import type { Vector } from '../../data/vector.ts';
import { type KeyBits, keyBits } from './key-bits.ts';
import { radixOrder } from './radix.ts';
import { type KeyColumn, RowKeys } from './row-order.ts';

/** Below this many rows a comparing sort beats the radix sort's fixed cost. */
const SMALL = 1024;
/** Stretches of this many rows are sorted by insertion, and then merged. */
const FEW = 12;

/** The rows of a batch in order of the keys, stable. */
export function sortRows(batch: Batch, keys: readonly KeyColumn[]): Int32Array {
	const rows = Int32Array.from({ length: batch.length }, (_, row) => row);
	const sort = new RowSort(batch, keys);
	if (rows.length < SMALL || !sort.byDigits(rows)) sort.sort(0, rows);
	sort.release();
	return rows;
}

/** Sorts by one key after the other: radix on bits that stand for the key, and where those tie, by what is left. */
class RowSort {
	readonly #batch: Batch;
	readonly #keys: readonly KeyColumn[];
	readonly #vectors: readonly Vector[];
	/** By key, made when first needed: bits of every row of the batch, null where a type has none. */
	readonly #bits: (KeyBits | null | undefined)[] = [];
	/** Comparers of one key alone, for what its bits do not tell. */
	readonly #whole: (RowKeys | undefined)[] = [];

	constructor(batch: Batch, keys: readonly KeyColumn[]) {
		this.#batch = batch;
		this.#keys = keys;
		this.#vectors = keys.map((key) => batch.columns[key.column] as Vector);
	}

	release(): void {
		for (const bits of this.#bits) {
			if (!bits) continue;
			release(bits.high);
			release(bits.low);
		}
	}

	/** Where bits say all of every key: radix by the last key first, each time stable, and no comparison at all. */
	byDigits(rows: Int32Array): boolean {
		if (!this.#keys.every((_, at) => this.#bitsOf(at)?.exact)) return false;
		for (let at = this.#keys.length - 1; at >= 0; at--) {
			radixOrder(this.#bitsOf(at) as KeyBits, rows);
			separateNulls(this.#vectors[at] as Vector, this.#keys[at] as KeyColumn, rows);
		}
		return true;
	}

	/** Sorts row numbers that are ascending now, in place, by the keys from `from` on. */
	sort(from: number, rows: Int32Array): void {
		const key = this.#keys[from];
		if (key === undefined || rows.length < 2) return;
		const bits = rows.length < SMALL ? null : this.#bitsOf(from);
		if (bits === null) {
			this.#compareSort(from, rows);
			return;
		}
		const present = separateNulls(this.#vectors[from] as Vector, key, rows);
		const absent = rows.length - present.length;
		if (absent > 0) this.sort(from + 1, key.nullsFirst ? rows.subarray(0, absent) : rows.subarray(present.length));
		radixOrder(bits, present);
		if (bits.exact && from + 1 === this.#keys.length) return;
		const { high, low } = bits;
		for (let start = 0; start < present.length; ) {
			const first = present[start] as number;
			let end = start + 1;
			while (end < present.length && high[present[end] as number] === high[first] && low[present[end] as number] === low[first]) end++;
			if (end - start > 1) {
				const tied = present.subarray(start, end);
				// Bits that are only a beginning may hide a difference.
				if (bits.exact || allEqual(this.#vectors[from] as Vector, tied)) this.sort(from + 1, tied);
				else this.#compareSort(from, tied);
			}
			start = end;
		}
	}

	/** Insertion within short stretches, then merging them two by two; stable. */
	#compareSort(from: number, rows: Int32Array): void {
		const { length } = rows;
		for (let start = 0; start < length; start += FEW) {
			const end = Math.min(length, start + FEW);
			for (let at = start + 1; at < end; at++) {
				const row = rows[at] as number;
				let place = at;
				for (; place > start && this.#compare(from, rows[place - 1] as number, row) > 0; place--) rows[place] = rows[place - 1] as number;
				rows[place] = row;
			}
		}
		let source: Int32Array = rows;
		let target: Int32Array = length > FEW ? new Int32Array(length) : rows;
		for (let width = FEW; width < length; width *= 2) {
			for (let start = 0; start < length; start += width * 2)
				this.#mergeStretches(from, source, target, start, Math.min(length, start + width), Math.min(length, start + width * 2));
			[source, target] = [target, source];
		}
		if (source !== rows) rows.set(source);
	}

	#mergeStretches(from: number, source: Int32Array, target: Int32Array, start: number, middle: number, end: number): void {
		let left = start;
		let right = middle;
		for (let at = start; at < end; at++) {
			const takeLeft = right >= end || (left < middle && this.#compare(from, source[left] as number, source[right] as number) <= 0);
			target[at] = source[takeLeft ? left++ : right++] as number;
		}
	}

	#compare(from: number, a: number, b: number): number {
		for (let at = from; at < this.#keys.length; at++) {
			const { nulls } = this.#vectors[at] as Vector;
			const oneIsNull = nulls !== null && (nulls[a] === 1 || nulls[b] === 1);
			const bits = oneIsNull ? null : this.#bitsOf(at);
			if (bits !== null) {
				const { high, low } = bits;
				if (high[a] !== high[b]) return (high[a] as number) < (high[b] as number) ? -1 : 1;
				if (low[a] !== low[b]) return (low[a] as number) < (low[b] as number) ? -1 : 1;
				if (bits.exact) continue;
			}
			const whole = this.#wholeOf(at);
			const order = whole.compare(a, whole, b);
			if (order !== 0) return order;
		}
		return 0;
	}

	#wholeOf(at: number): RowKeys {
		let whole = this.#whole[at];
		if (whole === undefined) {
			whole = new RowKeys(this.#batch, [this.#keys[at] as KeyColumn]);
			this.#whole[at] = whole;
		}
		return whole;
	}

	#bitsOf(at: number): KeyBits | null {
		let bits = this.#bits[at];
		if (bits === undefined) {
			const key = this.#keys[at] as KeyColumn;
			const vector = this.#vectors[at] as Vector;
			bits = vector instanceof Coded && vector.words.length * 2 <= vector.length ? rankBits(vector, key.descending) : keyBits(vector, key.descending);
			if (bits !== null && vector.nulls !== null) alike(bits, vector.nulls);
			this.#bits[at] = bits;
		}
		return bits;
	}
}

/** Gives nulls the same bits: what stands in their slots would order them, and undo the order of later keys. */
function alike({ high, low }: KeyBits, nulls: Uint8Array): void {
	for (let row = 0; row < nulls.length; row++) {
		if (nulls[row] === 0) continue;
		high[row] = 0;
		low[row] = 0;
	}
}

/** Rows of a coded column by the places of their words in order: small numbers, which say all there is. */
function rankBits({ words, indexes }: Coded, descending: boolean): KeyBits {
	const batch: Batch = { schema: [{ name: 'word', type: words.type }], length: words.length, columns: [words] };
	const key = { column: 0, descending, nullsFirst: false };
	const order = sortRows(batch, [key]);
	const compared = new RowKeys(batch, [key]);
	const ranks = new Uint32Array(words.length);
	for (let at = 1, rank = 0; at < order.length; at++) {
		const word = order[at] as number;
		if (!compared.same(order[at - 1] as number, compared, word)) rank++;
		ranks[word] = rank;
	}
	const low = new Uint32Array(indexes.length);
	for (let row = 0; row < indexes.length; row++) low[row] = ranks[indexes[row] as number] as number;
	return { high: new Uint32Array(indexes.length), low, exact: true };
}

function allEqual(vector: Vector, rows: Int32Array): boolean {
	if (vector.layout === 'bytes') return false;
	if (vector instanceof AsciiText) {
		for (let i = 1; i < rows.length; i++) if (vector.compare(rows[0] as number, vector, rows[i] as number) !== 0) return false;
		return true;
	}
	const first = vector.values[rows[0] as number];
	for (let i = 1; i < rows.length; i++) if (vector.values[rows[i] as number] !== first) return false;
	return true;
}

/** Moves rows whose key is null to where they belong, stable; gives the part of `rows` that holds the others. */
function separateNulls(vector: Vector, key: KeyColumn, rows: Int32Array): Int32Array {
	const { nulls } = vector;
	if (nulls === null) return rows;
	const absent: number[] = [];
	let count = 0;
	const present = new Int32Array(rows.length);
	for (const row of rows) {
		if (nulls[row] === 1) absent.push(row);
		else present[count++] = row;
	}
	if (absent.length === 0) return rows;
	rows.set(absent, key.nullsFirst ? 0 : count);
	rows.set(present.subarray(0, count), key.nullsFirst ? absent.length : 0);
	return key.nullsFirst ? rows.subarray(absent.length) : rows.subarray(0, count);
}
