import { damaged } from './damage.ts';
import type { MsbBits } from './msb-bits.ts';

const MOST_CODE_BITS = 20;
const GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;

/** One of a block's Huffman codes, decoded by the limits of its lengths. */
interface Code {
	readonly shortest: number;
	/** By length: the largest code of it, and what to subtract from one to find its symbol. */
	readonly limit: Int32Array;
	readonly base: Int32Array;
	readonly symbols: Uint16Array;
}

/** Decodes blocks of up to `size` bytes: Huffman, move to front, Burrows–Wheeler, run lengths; the checksum is verified. */
export class Bzip2Block {
	readonly size: number;
	/** Byte and, above it, the place of the one that follows. */
	readonly #places: Uint32Array;
	readonly #byteCounts = new Int32Array(256);

	constructor(size: number) {
		this.size = size;
		this.#places = new Uint32Array(size);
	}

	/** Reads a block behind its magic number. */
	decode(bits: MsbBits): Uint8Array {
		const crc = ((bits.read(16) << 16) | bits.read(16)) >>> 0;
		if (bits.read(1) === 1) throw damaged('a randomised block, which only the earliest bzip2 wrote,');
		const origin = bits.read(24);
		const length = this.#readSymbols(bits);
		if (origin >= Math.max(1, length)) throw damaged('a block');
		const output = expandRuns(this.#unsort(length, origin));
		if (blockCrc(output) !== crc) throw damaged('a block that does not match its checksum');
		return output;
	}

	/** Fills `#places` with the sorted bytes, in their lowest 8 bits; gives how many. */
	#readSymbols(bits: MsbBits): number {
		const front = usedBytes(bits);
		const symbolCount = front.length + 2;
		const groups = bits.read(3);
		const selectorCount = bits.read(15);
		if (groups < 2 || groups > 6 || selectorCount === 0 || front.length === 0) throw damaged('a block');
		const selectors = readSelectors(bits, groups, selectorCount);
		const codes = Array.from({ length: groups }, () => readCode(bits, symbolCount));
		const places = this.#places;
		const counts = this.#byteCounts.fill(0);
		let at = 0;
		let run = 0;
		let runUnit = 1;
		for (let decoded = 0; ; decoded++) {
			const code = codes[selectors[(decoded / GROUP) | 0] as number];
			if (code === undefined || bits.overrun) throw damaged('a block');
			const symbol = readSymbol(bits, code);
			if (symbol === RUN_A || symbol === RUN_B) {
				run += runUnit << symbol;
				runUnit <<= 1;
				if (run > this.size) throw damaged('a block');
				continue;
			}
			if (run > 0) {
				const byte = front[0] as number;
				if (at + run > this.size) throw damaged('a block');
				places.fill(byte, at, at + run);
				counts[byte] = (counts[byte] as number) + run;
				at += run;
				run = 0;
				runUnit = 1;
			}
			if (symbol === symbolCount - 1) return at;
			if (at >= this.size) throw damaged('a block');
			const byte = front[symbol - 1] as number;
			front.copyWithin(1, 0, symbol - 1);
			front[0] = byte;
			places[at++] = byte;
			counts[byte] = (counts[byte] as number) + 1;
		}
	}

	/** Undoes the Burrows–Wheeler transform. */
	#unsort(length: number, origin: number): Uint8Array {
		const places = this.#places;
		const starts = new Int32Array(256);
		for (let byte = 1; byte < 256; byte++) starts[byte] = (starts[byte - 1] as number) + (this.#byteCounts[byte - 1] as number);
		for (let i = 0; i < length; i++) {
			const byte = (places[i] as number) & 0xff;
			const at = starts[byte] as number;
			starts[byte] = at + 1;
			places[at] = (places[at] as number) | (i << 8);
		}
		const bytes = new Uint8Array(length);
		let place = length === 0 ? 0 : (places[origin] as number) >>> 8;
		for (let i = 0; i < length; i++) {
			const entry = places[place] as number;
			bytes[i] = entry & 0xff;
			place = entry >>> 8;
		}
		return bytes;
	}
}

function usedBytes(bits: MsbBits): Uint8Array {
	const used: number[] = [];
	const rows = bits.read(16);
	for (let row = 0; row < 16; row++) {
		if (!(rows & (0x8000 >> row))) continue;
		const columns = bits.read(16);
		for (let column = 0; column < 16; column++) if (columns & (0x8000 >> column)) used.push(row * 16 + column);
	}
	return Uint8Array.from(used);
}

function readSelectors(bits: MsbBits, groups: number, count: number): Uint8Array {
	const front = Uint8Array.from({ length: groups }, (_, group) => group);
	const selectors = new Uint8Array(count);
	for (let i = 0; i < count; i++) {
		let place = 0;
		while (bits.read(1) === 1) if (++place >= groups) throw damaged('a block');
		const group = front[place] as number;
		front.copyWithin(1, 0, place);
		front[0] = group;
		selectors[i] = group;
	}
	return selectors;
}

function readCode(bits: MsbBits, symbolCount: number): Code {
	const lengths = new Uint8Array(symbolCount);
	let length = bits.read(5);
	for (let symbol = 0; symbol < symbolCount; symbol++) {
		while (bits.read(1) === 1) {
			length += bits.read(1) === 1 ? -1 : 1;
			if (length < 1 || length > MOST_CODE_BITS || bits.overrun) throw damaged('a block');
		}
		lengths[symbol] = length;
	}
	const symbols = new Uint16Array(symbolCount);
	const limit = new Int32Array(MOST_CODE_BITS + 2).fill(-1);
	const base = new Int32Array(MOST_CODE_BITS + 2);
	let code = 0;
	let placed = 0;
	for (let bitsLong = 1; bitsLong <= MOST_CODE_BITS; bitsLong++) {
		base[bitsLong] = code - placed;
		for (let symbol = 0; symbol < symbolCount; symbol++) {
			if (lengths[symbol] !== bitsLong) continue;
			symbols[placed++] = symbol;
			code++;
		}
		limit[bitsLong] = code - 1;
		code <<= 1;
	}
	return { shortest: lengths.reduce((least, each) => Math.min(least, each), MOST_CODE_BITS), limit, base, symbols };
}

function readSymbol(bits: MsbBits, { shortest, limit, base, symbols }: Code): number {
	const next = bits.peek(MOST_CODE_BITS);
	for (let length = shortest; length <= MOST_CODE_BITS; length++) {
		const code = next >>> (MOST_CODE_BITS - length);
		if (code > (limit[length] as number)) continue;
		bits.skip(length);
		return symbols[code - (base[length] as number)] as number;
	}
	throw damaged('a block');
}

/** Four equal bytes are followed by how many more there are. */
function expandRuns(bytes: Uint8Array): Uint8Array {
	let size = 0;
	let equal = 0;
	for (let i = 0; i < bytes.length; i++) {
		if (equal === 4) {
			size += bytes[i] as number;
			equal = 0;
			continue;
		}
		size++;
		equal = i > 0 && equal > 0 && bytes[i] === bytes[i - 1] ? equal + 1 : 1;
	}
	const output = new Uint8Array(size);
	let at = 0;
	equal = 0;
	for (let i = 0; i < bytes.length; i++) {
		if (equal === 4) {
			const more = bytes[i] as number;
			output.fill(bytes[i - 1] as number, at, at + more);
			at += more;
			equal = 0;
			continue;
		}
		output[at++] = bytes[i] as number;
		equal = i > 0 && equal > 0 && bytes[i] === bytes[i - 1] ? equal + 1 : 1;
	}
	return output;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
	let value = byte << 24;
	for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
	return value >>> 0;
});

/** The checksum of bzip2 goes through the bits the other way round than gzip's. */
function blockCrc(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ (bytes[i] as number)] as number);
	return ~crc >>> 0;
}
