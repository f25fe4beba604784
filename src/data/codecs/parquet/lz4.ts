/** One LZ4 block, whose size when uncompressed is known. */
export function uncompressLz4(input: Uint8Array, length: number): Uint8Array {
	const output = new Uint8Array(length);
	let at = 0;
	let to = 0;
	while (at < input.length) {
		const token = input[at++] as number;
		let literals = token >> 4;
		if (literals === 15) [literals, at] = extended(input, at, literals);
		if (at + literals > input.length || to + literals > length) throw new RangeError('an LZ4 page is damaged');
		output.set(input.subarray(at, at + literals), to);
		at += literals;
		to += literals;
		// The last sequence has no match.
		if (at >= input.length) break;
		const distance = (input[at] as number) | ((input[at + 1] as number) << 8);
		at += 2;
		let matched = token & 15;
		if (matched === 15) [matched, at] = extended(input, at, matched);
		matched += 4;
		let from = to - distance;
		if (distance === 0 || from < 0 || to + matched > length) throw new RangeError('an LZ4 page is damaged');
		for (const end = to + matched; to < end; ) output[to++] = output[from++] as number;
	}
	return output;
}

/** Lengths of 15 and more go on in bytes until one is not 255. */
function extended(input: Uint8Array, from: number, length: number): [number, number] {
	let at = from;
	let total = length;
	let byte = 255;
	while (byte === 255 && at < input.length) {
		byte = input[at++] as number;
		total += byte;
	}
	return [total, at];
}
