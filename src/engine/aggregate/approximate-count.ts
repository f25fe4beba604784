import type { DataType } from '../../data/types.ts';
import { bytesVector, safeIntVector, type Vector } from '../../data/vector.ts';
import { hashRows } from '../hash/hash-rows.ts';
import type { Accumulator } from './accumulator.ts';

/** 2^14 registers of a byte: a standard error of 1.04 / √16384 = 0.8 %. */
const INDEX_BITS = 14;
const REGISTERS = 1 << INDEX_BITS;
/** Below this many, the hashes themselves are kept and the count is exact but for collisions of 64 bits. */
const SPARSE_LIMIT = 2000;
const SECOND_SEED = 0x1b873593;

const BINARY: DataType = { kind: 'binary' };

/** approx_count_distinct by HyperLogLog (Flajolet et al. 2007, with linear counting for small sets). */
export class ApproximateCount implements Accumulator {
	readonly stateTypes: readonly DataType[] = [BINARY];
	readonly #groups: Sketch[] = [];

	grow(groups: number): void {
		while (this.#groups.length < groups) this.#groups.push(new Sketch());
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		const high = hashRows([vector], rows, 0);
		const low = hashRows([vector], rows, SECOND_SEED);
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id >= 0 && (vector.nulls === null || vector.nulls[i] === 0)) this.#groups[id]?.add(high[i] as number, low[i] as number);
		}
	}

	state(from: number, to: number): Vector[] {
		return [
			bytesVector(
				BINARY,
				this.#groups.slice(from, to).map((sketch) => sketch.bytes()),
				null,
			),
		];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const sketches = (state[0] as Vector & { values: readonly Uint8Array[] }).values;
		for (let i = 0; i < rows; i++) this.#groups[ids[i] as number]?.merge(sketches[i] as Uint8Array);
	}

	result(from: number, to: number): Vector {
		return safeIntVector(
			{ kind: 'long' },
			Float64Array.from(this.#groups.slice(from, to), (sketch) => sketch.count()),
			null,
		);
	}

	get bytes(): number {
		let sum = 0;
		for (const sketch of this.#groups) sum += sketch.memory;
		return sum;
	}
}

class Sketch {
	/** 64-bit hashes as pairs, until there are too many. */
	#sparse: Map<number, Set<number>> | null = new Map();
	#sparseSize = 0;
	#registers: Uint8Array | null = null;

	add(high: number, low: number): void {
		if (this.#registers !== null) {
			this.#register(high, low);
			return;
		}
		const sparse = this.#sparse as Map<number, Set<number>>;
		const lows = sparse.get(high);
		if (lows?.has(low)) return;
		if (lows === undefined) sparse.set(high, new Set([low]));
		else lows.add(low);
		if (++this.#sparseSize > SPARSE_LIMIT) this.#densify();
	}

	count(): number {
		if (this.#registers === null) return this.#sparseSize;
		let sum = 0;
		let zeros = 0;
		for (const register of this.#registers) {
			sum += 2 ** -register;
			if (register === 0) zeros++;
		}
		const estimate = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
		return Math.round(estimate <= 2.5 * REGISTERS && zeros > 0 ? REGISTERS * Math.log(REGISTERS / zeros) : estimate);
	}

	/** The registers, or 8 bytes a hash. */
	bytes(): Uint8Array {
		if (this.#registers !== null) return this.#registers.slice();
		const words = new Int32Array(this.#sparseSize * 2);
		let at = 0;
		for (const [high, lows] of this.#sparse as Map<number, Set<number>>) {
			for (const low of lows) {
				words[at++] = high;
				words[at++] = low;
			}
		}
		return new Uint8Array(words.buffer);
	}

	/** A sparse sketch has at most 8 × SPARSE_LIMIT bytes, fewer than there are registers: length tells them apart. */
	merge(bytes: Uint8Array): void {
		if (bytes.length === REGISTERS) {
			if (this.#registers === null) this.#densify();
			const registers = this.#registers as unknown as Uint8Array;
			for (let i = 0; i < REGISTERS; i++) if ((bytes[i] as number) > (registers[i] as number)) registers[i] = bytes[i] as number;
			return;
		}
		const words = new Int32Array(bytes.slice().buffer);
		for (let at = 0; at < words.length; at += 2) this.add(words[at] as number, words[at + 1] as number);
	}

	get memory(): number {
		return this.#registers === null ? 100 + this.#sparseSize * 60 : REGISTERS;
	}

	#densify(): void {
		this.#registers = new Uint8Array(REGISTERS);
		for (const [high, lows] of this.#sparse ?? []) for (const low of lows) this.#register(high, low);
		this.#sparse = null;
	}

	#register(high: number, low: number): void {
		const index = high >>> (32 - INDEX_BITS);
		const rest = (high << INDEX_BITS) | (low >>> (32 - INDEX_BITS));
		const rank = rest === 0 ? 33 : Math.clz32(rest) + 1;
		const registers = this.#registers as Uint8Array;
		if (rank > (registers[index] as number)) registers[index] = rank;
	}
}
