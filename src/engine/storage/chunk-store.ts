import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { RunStorage, SqlValue } from '../ports.ts';
import { ChunkStream, type StreamLimits } from './chunk-stream.ts';

/** SQLite rows of Durable Objects end at 2 MB. */
const PIECE_BYTES = 1024 * 1024;

/** Where a stream's chunks begin and end, and how many rows were ever put into it: [from, to, rows]. */
export type StreamRange = [number, number, number];

/**
 * The landed rows of one node, as named streams of chunks. Chunks are written when they are made and count from the next
 * checkpoint on: what a killed slice wrote lies behind the recorded end and is overwritten; what was dropped stays readable
 * until the checkpoint that says so.
 */
export class NodeChunks {
	readonly #storage: RunStorage;
	readonly #node: string;
	readonly #streams = new Map<string, ChunkStream>();
	readonly #saved: Record<string, StreamRange>;
	#doomed: [stream: string, from: number, to: number][] = [];

	constructor(storage: RunStorage, node: string, saved: Json | undefined) {
		this.#storage = storage;
		this.#node = node;
		this.#saved = (saved ?? {}) as unknown as Record<string, StreamRange>;
		for (const { stream, last } of storage.sql<{ stream: string; last: number }>(
			'SELECT stream, max(seq) AS last FROM chunks WHERE node = ? GROUP BY stream',
			node,
		)) {
			const end = this.#saved[stream]?.[1] ?? 0;
			if (last >= end) storage.sql('DELETE FROM chunks WHERE node = ? AND stream = ? AND seq >= ?', node, stream, end);
		}
	}

	/** The stream of that name, with what was landed in it. One object a name. */
	stream(name: string, schema: Schema, limits?: StreamLimits): ChunkStream {
		let stream = this.#streams.get(name);
		if (stream === undefined) {
			stream = new ChunkStream(this, name, schema, this.#saved[name] ?? [0, 0, 0], limits);
			this.#streams.set(name, stream);
		}
		return stream;
	}

	/** Deletes what was dropped and gives the ranges to be recorded. Called inside the checkpoint's transaction. */
	checkpoint(): Record<string, StreamRange> {
		for (const [stream, from, to] of this.#doomed) {
			this.#storage.sql('DELETE FROM chunks WHERE node = ? AND stream = ? AND seq >= ? AND seq < ?', this.#node, stream, from, to);
		}
		this.#doomed = [];
		for (const [name, stream] of this.#streams) {
			if (stream.isFresh) delete this.#saved[name];
			else this.#saved[name] = stream.range();
		}
		return this.#saved;
	}

	/** Drops everything, at the next checkpoint. */
	clear(): void {
		for (const [name, [from, to]] of Object.entries(this.#saved)) {
			this.doom(name, from, to);
			delete this.#saved[name];
		}
		for (const [name, stream] of this.#streams) this.doom(name, stream.from, stream.to);
		this.#streams.clear();
	}

	write(stream: string, seq: number, data: Uint8Array<ArrayBuffer>): void {
		for (let piece = 0; piece === 0 || piece * PIECE_BYTES < data.length; piece++) {
			const part = data.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
			this.#storage.sql('INSERT INTO chunks (node, stream, seq, piece, data) VALUES (?, ?, ?, ?, ?)', this.#node, stream, seq, piece, part);
		}
	}

	read(stream: string, seq: number): Uint8Array {
		const pieces = this.#storage.sql<{ data: SqlValue }>(
			'SELECT data FROM chunks WHERE node = ? AND stream = ? AND seq = ? ORDER BY piece',
			this.#node,
			stream,
			seq,
		);
		const parts = pieces.map(({ data }) => (data instanceof ArrayBuffer ? new Uint8Array(data) : (data as Uint8Array)));
		const first = parts[0];
		if (first === undefined) throw new RangeError(`chunk ${seq} of ${this.#node}/${stream} is not there`);
		if (parts.length === 1) return first;
		const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of parts) {
			whole.set(part, at);
			at += part.length;
		}
		return whole;
	}

	doom(stream: string, from: number, to: number): void {
		if (to > from) this.#doomed.push([stream, from, to]);
	}
}
