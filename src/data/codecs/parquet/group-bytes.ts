import type { RandomAccessFile } from '../codec.ts';
import { ChunkBytes, type Stretch } from './chunk-bytes.ts';

/** Larger chunks are read piece by piece. */
const MOST_CHUNK = 1_048_576;
/** Read over to get at the next chunk: a request takes longer than these bytes. */
const MOST_GAP = 65_536;
const MOST_JOINED = 4 * MOST_CHUNK;

/** The chunks of a row group's columns, in the order of `stretches`. Small ones that lie near each other are read by one request. */
export function groupBytes(file: RandomAccessFile, stretches: readonly Stretch[]): ChunkBytes[] {
	const joined = new Map<Stretch, JoinedChunks>();
	let last: JoinedChunks | null = null;
	for (const stretch of stretches.filter(({ from, end }) => end - from <= MOST_CHUNK).sort((a, b) => a.from - b.from)) {
		if (last?.takes(stretch)) last.add(stretch);
		else last = new JoinedChunks(file, stretch);
		joined.set(stretch, last);
	}
	return stretches.map((stretch) => new ChunkBytes(file, stretch, joined.get(stretch) ?? null));
}

/** Read when the first of them is asked for. */
class JoinedChunks {
	readonly #file: RandomAccessFile;
	readonly #from: number;
	#end: number;
	#bytes: Promise<Uint8Array> | null = null;

	constructor(file: RandomAccessFile, { from, end }: Stretch) {
		this.#file = file;
		this.#from = from;
		this.#end = end;
	}

	takes({ from, end }: Stretch): boolean {
		return from - this.#end <= MOST_GAP && end - this.#from <= MOST_JOINED;
	}

	add({ end }: Stretch): void {
		this.#end = Math.max(this.#end, end);
	}

	async bytes({ from, end }: Stretch): Promise<Uint8Array> {
		this.#bytes ??= this.#file.read(this.#from, this.#end - this.#from);
		const { buffer, byteOffset, byteLength } = await this.#bytes;
		// Not as they come: a Buffer's `slice` copies nothing, and who reads values relies on a copy.
		return new Uint8Array(buffer, byteOffset, byteLength).subarray(from - this.#from, end - this.#from);
	}
}
