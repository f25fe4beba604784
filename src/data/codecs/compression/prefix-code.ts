/** Longest code of DEFLATE. */
const MOST_BITS = 15;

/**
 * A prefix code as one table: indexed by the next `bits` bits of the input, an entry is `symbol << 4 | length of its code`;
 * 0 where no code begins so.
 */
export class PrefixCode {
	bits = 0;
	readonly table = new Uint16Array(1 << MOST_BITS);

	/** Makes the canonical code of those lengths (0: not used); false where they make none. */
	build(lengths: Uint8Array, count: number): boolean {
		const counts = new Uint16Array(MOST_BITS + 1);
		let longest = 0;
		for (let symbol = 0; symbol < count; symbol++) {
			const length = lengths[symbol] as number;
			counts[length] = (counts[length] as number) + 1;
			if (length > longest) longest = length;
		}
		counts[0] = 0;
		const next = new Uint16Array(MOST_BITS + 2);
		let code = 0;
		for (let length = 1; length <= longest; length++) {
			code = (code + (counts[length - 1] as number)) << 1;
			next[length] = code;
			if (code + (counts[length] as number) > 1 << length) return false;
		}
		this.bits = longest;
		const size = 1 << longest;
		this.table.fill(0, 0, size);
		for (let symbol = 0; symbol < count; symbol++) {
			const length = lengths[symbol] as number;
			if (length === 0) continue;
			const own = next[length] as number;
			next[length] = own + 1;
			const entry = (symbol << 4) | length;
			for (let at = reversed(own, length); at < size; at += 1 << length) this.table[at] = entry;
		}
		return true;
	}
}

/** DEFLATE packs codes from their highest bit, everything else from the lowest. */
function reversed(code: number, length: number): number {
	let result = 0;
	for (let bit = 0; bit < length; bit++) result = (result << 1) | ((code >> bit) & 1);
	return result;
}
