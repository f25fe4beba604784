/**
 * A stream cut into pieces of exactly `size` bytes, the last one shorter. Each lies in the same memory as the one before, which is
 * written over when the next is asked for: an upload of gigabytes leaves nothing behind to be collected.
 */
export async function* partsOf(body: ReadableStream<Uint8Array>, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	const part = new Uint8Array(size);
	let filled = 0;
	for await (const chunk of body) {
		for (let from = 0; from < chunk.byteLength; ) {
			const taken = chunk.subarray(from, from + size - filled);
			part.set(taken, filled);
			filled += taken.byteLength;
			from += taken.byteLength;
			if (filled < size) continue;
			yield part;
			filled = 0;
		}
	}
	if (filled > 0) yield part.subarray(0, filled);
}
