import { kernel, MOST_INDEXES, PLACES } from '../../kernel/kernel.ts';

/** Fewer packed values than this are not worth a call of the kernel. */
const WORTH_A_CALL = 64;
/** Where the kernel finds packed bytes, at most four a value and some to read over the end, and puts values. */
const PACKED = PLACES.texts;
const UNPACKED = PLACES.texts + MOST_INDEXES * 4 + 64;

/**
 * Reads integers of Parquet's RLE / bit-packed hybrid, some at a time. Bytes behind the end count as zeros, as some writers leave
 * out the padding of the last group.
 */
export class HybridReader {
	readonly #bytes: Uint8Array;
	readonly #width: number;
	/** Where the next run's header, or the group that is being read, begins. */
	#at: number;
	/** Values of the run that are left, and whether they are packed. */
	#left = 0;
	#packed = false;
	/** What a run that is not packed repeats. */
	#value = 0;
	/** Of the next packed value, behind `#at`. */
	#bit = 0;
	/** Where the packed run ends. */
	#end = 0;

	constructor(bytes: Uint8Array, from: number, width: number) {
		if (width > 32) throw new RangeError(`integers of ${width} bits are no integers`);
		this.#bytes = bytes;
		this.#at = from;
		this.#width = width;
	}

	/** Fills the first `count` places and gives the largest value, unsigned. */
	read(output: Int32Array | Uint8Array, count: number): number {
		let largest = 0;
		for (let filled = 0; filled < count; ) {
			while (this.#left === 0) this.#nextRun();
			const take = Math.min(this.#left, count - filled);
			if (this.#packed) largest = Math.max(largest, this.#unpack(output, filled, filled + take));
			else {
				output.fill(this.#value, filled, filled + take);
				largest = Math.max(largest, this.#value >>> 0);
			}
			this.#left -= take;
			filled += take;
		}
		return largest;
	}

	/** Whether the next `count` values are all `value`, which can be told at a glance; then they count as read. */
	passes(value: number, count: number): boolean {
		while (this.#left === 0) this.#nextRun();
		if (this.#packed || this.#value !== value || this.#left < count) return false;
		this.#left -= count;
		return true;
	}

	#nextRun(): void {
		const bytes = this.#bytes;
		if (this.#packed) this.#at = this.#end;
		let header = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = bytes[this.#at++] ?? 0;
			header |= (byte & 127) << shift;
			if (byte < 128) break;
			if (shift > 28) throw new RangeError('a run of the hybrid encoding is too long');
		}
		this.#packed = (header & 1) === 1;
		if (this.#packed) {
			this.#left = (header >>> 1) * 8;
			this.#end = this.#at + (header >>> 1) * this.#width;
			this.#bit = 0;
			return;
		}
		this.#left = header >>> 1;
		if (this.#left === 0 && this.#at >= bytes.length) throw new RangeError('the hybrid encoding ends too early');
		this.#value = 0;
		for (let i = 0; i < (this.#width + 7) >> 3; i++) this.#value |= (bytes[this.#at++] ?? 0) << (8 * i);
	}

	#unpack(output: Int32Array | Uint8Array, start: number, stop: number): number {
		const width = this.#width;
		if (width === 0) {
			output.fill(0, start, stop);
			return 0;
		}
		const largest = output instanceof Int32Array && stop - start >= WORTH_A_CALL && stop - start <= MOST_INDEXES ? this.#unpackFast(output, start, stop) : null;
		const from = this.#at;
		const bit = this.#bit + (stop - start) * width;
		this.#at = from + (bit >> 3);
		this.#bit = bit & 7;
		return largest ?? unpackPlainly({ bytes: this.#bytes, from, bit: bit - (stop - start) * width, width }, output, start, stop);
	}

	/** Null where there is no kernel. */
	#unpackFast(output: Int32Array, start: number, stop: number): number | null {
		const own = kernel();
		if (own === null) return null;
		const size = (this.#bit + (stop - start) * this.#width + 7) >> 3;
		const packed = this.#bytes.subarray(this.#at, this.#at + size);
		own.bytes.set(packed, PACKED);
		if (packed.length < size) own.bytes.fill(0, PACKED + packed.length, PACKED + size);
		const largest = own.exports.unpack(PACKED, this.#bit, this.#width, stop - start, UNPACKED);
		output.set(own.ints.subarray(UNPACKED >> 2, (UNPACKED >> 2) + stop - start), start);
		return largest >>> 0;
	}
}

/** Where packed integers are: `width` bits each, from bit `bit` behind byte `from`. */
interface Packed {
	readonly bytes: Uint8Array;
	readonly from: number;
	readonly bit: number;
	readonly width: number;
}

function unpackPlainly(packed: Packed, output: Int32Array | Uint8Array, start: number, stop: number): number {
	const { bytes, from, bit, width } = packed;
	if (width > 17) return unpackWide(packed, output, start, stop);
	// The last values are read with care: what is not there must not be asked for in the fast loop.
	const safe = Math.max(0, Math.floor(((bytes.length - from - 3) * 8 - bit) / width));
	const middle = Math.min(stop, start + safe);
	const largest = unpackNarrow(packed, output, start, middle);
	return Math.max(largest, unpackWide({ ...packed, bit: bit + (middle - start) * width }, output, middle, stop));
}

function unpackNarrow({ bytes, from, bit: first, width }: Packed, output: Int32Array | Uint8Array, start: number, stop: number): number {
	const mask = (1 << width) - 1;
	let largest = 0;
	let bit = first;
	for (let i = start; i < stop; i++) {
		const at = from + (bit >> 3);
		const value = (((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)) >>> (bit & 7)) & mask;
		output[i] = value;
		if (value > largest) largest = value;
		bit += width;
	}
	return largest;
}

function unpackWide({ bytes, from, bit: first, width }: Packed, output: Int32Array | Uint8Array, start: number, stop: number): number {
	const mask = width >= 31 ? -1 >>> (32 - width) : (1 << width) - 1;
	let largest = 0;
	let bit = first;
	for (let i = start; i < stop; i++) {
		const at = from + (bit >> 3);
		const low = ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> (bit & 7);
		const high = (bit & 7) === 0 ? 0 : (bytes[at + 4] ?? 0) << (32 - (bit & 7));
		const value = (low | high) & mask;
		output[i] = value;
		if (value >>> 0 > largest) largest = value >>> 0;
		bit += width;
	}
	return largest;
}
