/**
 * One number for a chunk's place, so that chunks lie in a plain table by row id: reading them from a table without row ids took
 * three times as long in a Durable Object, and a second index would double the rows written.
 *
 * 10 bits node, 14 bits stream, 21 bits chunk, 7 bits piece: 52 bits, exact in a double.
 */
const PIECES = 2 ** 7;
const CHUNKS = 2 ** 21;
const STREAMS = 2 ** 14;
const NODES = 2 ** 10;

export function chunkId(node: number, stream: number, chunk: number, piece: number): number {
	if (node > NODES || stream > STREAMS || chunk > CHUNKS || piece >= PIECES) {
		throw new RangeError(`no chunk ${piece} of ${chunk} in stream ${stream} of node ${node}: the run has landed more than it can number`);
	}
	return ((node * STREAMS + stream) * CHUNKS + chunk) * PIECES + piece;
}

/** The last piece that a chunk may have. */
export function lastChunkId(node: number, stream: number, chunk: number): number {
	return chunkId(node, stream, chunk, PIECES - 1);
}
