/** Copies up to this many bytes are made one by one, which a call for so few would not be worth. */
const FEW = 24;

/** Undoes Snappy's raw format into exactly `length` bytes; throws a RangeError for damaged ones. */
export function snappyUncompress(input: Uint8Array, length: number): Uint8Array {
	const output = new Uint8Array(length);
	let at = 0;
	// The length in front is the page's own, which its header has too.
	while (at < input.length && (input[at++] as number) >= 128);
	let to = 0;
	while (at < input.length) {
		const tag = input[at++] as number;
		const kind = tag & 3;
		let size = (tag >> 2) + 1;
		if (kind === 0) {
			if (size > 60) {
				const extra = size - 60;
				size = (littleEndian(input, at, extra) >>> 0) + 1;
				at += extra;
			}
			if (size > input.length - at || size > length - to) throw damaged();
			if (size > FEW) output.set(input.subarray(at, at + size), to);
			else for (let i = 0; i < size; i++) output[to + i] = input[at + i] as number;
			at += size;
			to += size;
			continue;
		}
		let distance: number;
		if (kind === 1) {
			size = ((tag >> 2) & 7) + 4;
			distance = ((tag >> 5) << 8) | littleEndian(input, at, 1);
			at += 1;
		} else {
			const extra = kind === 2 ? 2 : 4;
			distance = littleEndian(input, at, extra) >>> 0;
			at += extra;
		}
		if (distance === 0 || distance > to || size > length - to) throw damaged();
		// A copy may reach into what it writes itself: then it is a pattern that repeats.
		if (size > FEW && distance >= size) output.copyWithin(to, to - distance, to - distance + size);
		else for (let i = 0; i < size; i++) output[to + i] = output[to - distance + i] as number;
		to += size;
	}
	if (to !== length) throw damaged();
	return output;
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
	if (at + count > bytes.length) throw damaged();
	let value = 0;
	for (let i = 0; i < count; i++) value |= (bytes[at + i] as number) << (8 * i);
	return value;
}

function damaged(): RangeError {
	return new RangeError('a Snappy page is damaged');
}
