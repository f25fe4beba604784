import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { RunStorage, SqlValue } from '../ports.ts';
import { chunkId, lastChunkId } from './chunk-id.ts';
import { ChunkStream, type StreamLimits } from './chunk-stream.ts';

/** SQLite rows of Durable Objects end at 2 MB. */
const PIECE_BYTES = 1024 * 1024;

/** A stream: its number, where its chunks begin and end, and how many rows were put into it since it was cleared. */
export type StreamRange = [number: number, from: number, to: number, rows: number];

/**
 * The landed rows of one node, as named streams of chunks. Chunks are written when they are made and count from the next
 * checkpoint on: what a killed slice wrote lies behind the recorded end and is removed; what was dropped stays readable until
 * the checkpoint that says so.
 */
export class NodeChunks {
	readonly #storage: RunStorage;
	readonly #node: number;
	readonly #streams = new Map<string, ChunkStream>();
	readonly #saved: Map<string, StreamRange>;
	#doomed: [stream: number, from: number, to: number][] = [];

	/** `node`: its place in the plan. */
	constructor(storage: RunStorage, node: number, saved: Json | undefined) {
		this.#storage = storage;
		this.#node = node;
		this.#saved = new Map(Object.entries((saved ?? {}) as unknown as Record<string, StreamRange>));
		this.#removeUnrecorded();
	}

	/** The stream of that name, with what was landed in it. One object a name. */
	stream(name: string, schema: Schema, limits?: StreamLimits): ChunkStream {
		let stream = this.#streams.get(name);
		if (stream === undefined) {
			const range = this.#saved.get(name) ?? [this.#newNumber(), 0, 0, 0];
			this.#saved.set(name, range);
			stream = new ChunkStream(this, schema, range, limits);
			this.#streams.set(name, stream);
		}
		return stream;
	}

	/** Clears a stream whose object nobody uses any more: the next of its name may have another schema. */
	vacate(name: string): void {
		const stream = this.#streams.get(name);
		if (stream === undefined) return;
		stream.clear();
		this.#saved.set(name, stream.range());
		this.#streams.delete(name);
	}

	/** Deletes what was dropped and gives the ranges to be recorded. Called inside the checkpoint's transaction. */
	checkpoint(): Record<string, StreamRange> {
		for (const [stream, from, to] of this.#doomed) this.#remove(stream, from, to);
		this.#doomed = [];
		for (const [name, stream] of this.#streams) this.#saved.set(name, stream.range());
		// A stream that never had a chunk need not be remembered: its number is as good as new.
		return Object.fromEntries([...this.#saved].filter(([, [, , to]]) => to > 0));
	}

	/** Drops everything, at the next checkpoint. */
	clear(): void {
		for (const [name, range] of this.#saved) {
			const [number, from, to] = this.#streams.get(name)?.range() ?? range;
			this.doom(number, from, to);
		}
		this.#saved.clear();
		this.#streams.clear();
	}

	write(stream: number, seq: number, data: Uint8Array<ArrayBuffer>): void {
		for (let piece = 0; piece === 0 || piece * PIECE_BYTES < data.length; piece++) {
			const part = data.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
			this.#storage.sql('INSERT INTO chunks (id, data) VALUES (CAST(? AS INTEGER), ?)', chunkId(this.#node, stream, seq, piece), part);
		}
	}

	read(stream: number, seq: number): Uint8Array {
		const first = chunkId(this.#node, stream, seq, 0);
		const last = lastChunkId(this.#node, stream, seq);
		const rows = this.#storage.sql<{ data: SqlValue }>(
			'SELECT data FROM chunks WHERE id BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) ORDER BY id',
			first,
			last,
		);
		const parts = rows.map(({ data }) => (data instanceof ArrayBuffer ? new Uint8Array(data) : (data as Uint8Array)));
		const [only] = parts;
		if (only === undefined) throw new RangeError(`chunk ${seq} of stream ${stream} is not there`);
		if (parts.length === 1) return only;
		const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of parts) {
			whole.set(part, at);
			at += part.length;
		}
		return whole;
	}

	doom(stream: number, from: number, to: number): void {
		if (to > from) this.#doomed.push([stream, from, to]);
	}

	/** What a slice wrote that was killed before its checkpoint: behind the end of known streams, and all of unknown ones. */
	#removeUnrecorded(): void {
		let next = chunkId(this.#node, 0, 0, 0);
		for (const [number, , to] of [...this.#saved.values()].sort(([a], [b]) => a - b)) {
			this.#removeBetween(next, chunkId(this.#node, number, 0, 0));
			this.#removeBetween(chunkId(this.#node, number, to, 0), chunkId(this.#node, number + 1, 0, 0));
			next = chunkId(this.#node, number + 1, 0, 0);
		}
		this.#removeBetween(next, chunkId(this.#node + 1, 0, 0, 0));
	}

	#remove(stream: number, from: number, to: number): void {
		this.#removeBetween(chunkId(this.#node, stream, from, 0), chunkId(this.#node, stream, to, 0));
	}

	#removeBetween(from: number, to: number): void {
		if (to > from) this.#storage.sql('DELETE FROM chunks WHERE id >= CAST(? AS INTEGER) AND id < CAST(? AS INTEGER)', from, to);
	}

	#newNumber(): number {
		let number = 0;
		for (const [used] of this.#saved.values()) number = Math.max(number, used + 1);
		return number;
	}
}
