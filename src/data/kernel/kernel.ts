interface Told {
	readonly value: number;
}

/**
 * The loops over bytes that JavaScript is slow at, as WebAssembly with SIMD: see docs/decisions/0013 for why. One instance serves an
 * isolate, and its memory of 5 MiB is used from the beginning of a call to its end, or until somebody else takes it: what is to last
 * is copied out. Without it everything works the same, by the code that it stands in for.
 */
export interface KernelExports {
	readonly memory: WebAssembly.Memory;
	/** Results beside the returned one, of the last call. */
	readonly rows: Told;
	readonly ragged: Told;
	readonly unclosed: Told;
	readonly empty: Told;
	readonly absent: Told;
	readonly reached: Told;
	split(
		base: number,
		from: number,
		end: number,
		until: number,
		final: boolean,
		row: number,
		capacity: number,
		spans: number,
		width: number,
		slots: number,
		slotCount: number,
		columns: number,
		notes: number,
		signs: number,
		escapes: number,
	): number;
	wholes(base: number, spans: number, step: number, rows: number, wide: boolean, values: number, nulls: number, misses: number): number;
	doubles(base: number, spans: number, step: number, rows: number, narrow: boolean, values: number, nulls: number, misses: number): number;
	decimals(base: number, spans: number, step: number, rows: number, precision: number, scale: number, values: number, nulls: number, misses: number): number;
	dates(base: number, spans: number, step: number, rows: number, values: number, nulls: number, misses: number): number;
	datetimes(base: number, spans: number, step: number, rows: number, values: number, nulls: number, misses: number): number;
	asciiTexts(base: number, spans: number, step: number, rows: number, quote: number, target: number, ends: number, nulls: number): number;
	unpack(from: number, bit: number, width: number, count: number, target: number): number;
	pass(indexes: number, nulls: number, truths: number, absent: number, rows: number, count: number): number;
	refine(indexes: number, nulls: number, truths: number, absent: number, rows: number, count: number): number;
	codesOf(table: number, indexes: number, picked: number, nulls: number, count: number, target: number, missing: number): number;
	addWholes(ids: number, numbers: number, indexes: number, picked: number, nulls: number, count: number, held: number): number;
	addOnes(ids: number, nulls: number, count: number, counts: number): void;
	extremes(ids: number, numbers: number, indexes: number, picked: number, nulls: number, count: number, best: number, largest: boolean): void;
	textCodes(base: number, spans: number, step: number, rows: number, most: number, table: number, slots: number, codes: number, firsts: number): number;
	writeRows(columns: number, width: number, row: number, rows: number, to: number, limit: number, most: number, signs: number): number;
	unspelled(values: number, nulls: number, count: number, isDatetime: boolean, rows: number): number;
	longest(ends: number, count: number): number;
}

/** Where things are in the kernel's memory, in bytes. Below is what the module keeps for itself. */
export const PLACES = {
	/** A block of a file, and 128 bytes to read over its end. */
	bytes: 0x1_0000,
	spans: 0x16_0000,
	slots: 0x36_0000,
	notes: 0x38_0000,
	/** Eight bytes a row. */
	values: 0x39_0000,
	/** Four bytes a row, and one more row. */
	ends: 0x3a_0000,
	misses: 0x3a_9000,
	nulls: 0x3b_2000,
	table: 0x3b_4000,
	texts: 0x3c_0000,
	end: 0x50_0000,
} as const;

const SLACK = 128;
/** Bytes that a block may have. */
export const BLOCK_ROOM = PLACES.spans - PLACES.bytes - SLACK;
export const SPANS_ROOM = PLACES.slots - PLACES.spans;
export const MOST_SLOTS = (PLACES.notes - PLACES.slots) / 4;
export const MOST_ROWS = 8192;
/** Rows that are indexes: what is done to them needs no more than `texts`. */
export const MOST_INDEXES = 32_768;
/** Slots of the table that finds texts again. */
export const TABLE_SLOTS = 4096;

export class Kernel {
	readonly exports: KernelExports;
	readonly bytes: Uint8Array;
	readonly ints: Int32Array;
	readonly doubles: Float64Array;
	/** Whose bytes and spans are in the memory. */
	holder: object | null = null;

	constructor(module: WebAssembly.Module) {
		this.exports = new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as KernelExports;
		const { buffer } = this.exports.memory;
		this.bytes = new Uint8Array(buffer);
		this.ints = new Int32Array(buffer);
		this.doubles = new Float64Array(buffer);
	}

	/** Copies of the numbers at a place. */
	intsAt(place: number, count: number): Int32Array<ArrayBuffer> {
		return this.ints.slice(place >> 2, (place >> 2) + count) as Int32Array<ArrayBuffer>;
	}

	doublesAt(place: number, count: number): Float64Array<ArrayBuffer> {
		return this.doubles.slice(place >> 3, (place >> 3) + count) as Float64Array<ArrayBuffer>;
	}

	bytesAt(place: number, count: number): Uint8Array<ArrayBuffer> {
		return this.bytes.slice(place, place + count) as Uint8Array<ArrayBuffer>;
	}
}

function abort(): never {
	throw new RangeError('the kernel ended');
}

let compiled: WebAssembly.Module | null = null;
let instance: Kernel | null = null;

/** Says what module to use; null for none. workerd compiles a module only where a Worker imports it, so that whoever is in a Worker hands it over. */
export function useKernel(module: WebAssembly.Module | null): void {
	if (module === compiled) return;
	compiled = module;
	instance = null;
}

/** The isolate's kernel, made when it is first asked for; null where there is none. */
export function kernel(): Kernel | null {
	if (instance === null && compiled !== null) instance = new Kernel(compiled);
	return instance;
}
