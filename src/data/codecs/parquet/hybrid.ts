/**
 * Reads integers of Parquet's RLE / bit-packed hybrid into `output` until it is full. Bytes behind the end count as zeros, as some
 * writers leave out the padding of the last group.
 */
export function readHybrid(bytes: Uint8Array, from: number, width: number, output: Int32Array | Uint8Array): void {
	const { length } = output;
	const valueBytes = (width + 7) >> 3;
	let at = from;
	let filled = 0;
	while (filled < length) {
		let header = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = bytes[at++] ?? 0;
			header |= (byte & 127) << shift;
			if (byte < 128) break;
			if (shift > 28) throw new RangeError('a run of the hybrid encoding is too long');
		}
		if (header & 1) {
			const count = (header >>> 1) * 8;
			unpack(bytes, at, width, output, filled, Math.min(length, filled + count));
			at += (header >>> 1) * width;
			filled += count;
		} else {
			const count = header >>> 1;
			if (count === 0 && at >= bytes.length) throw new RangeError('the hybrid encoding ends too early');
			let value = 0;
			for (let i = 0; i < valueBytes; i++) value |= (bytes[at++] ?? 0) << (8 * i);
			output.fill(value, filled, Math.min(length, filled + count));
			filled += count;
		}
	}
}

function unpack(bytes: Uint8Array, from: number, width: number, output: Int32Array | Uint8Array, start: number, stop: number): void {
	if (width === 0) {
		output.fill(0, start, stop);
		return;
	}
	const mask = width >= 31 ? -1 >>> (32 - width) : (1 << width) - 1;
	let bit = 0;
	if (width <= 17) {
		for (let i = start; i < stop; i++) {
			const at = from + (bit >> 3);
			output[i] = (((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)) >>> (bit & 7)) & mask;
			bit += width;
		}
		return;
	}
	for (let i = start; i < stop; i++) {
		const at = from + (bit >> 3);
		const low = ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> (bit & 7);
		const high = (bit & 7) === 0 ? 0 : (bytes[at + 4] ?? 0) << (32 - (bit & 7));
		output[i] = (low | high) & mask;
		bit += width;
	}
}
