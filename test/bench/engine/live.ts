import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStore } from '../../../src/connectors/connector.ts';
import { openExecution } from '../../../src/engine/execution.ts';
import type { RunPorts, RunStorage } from '../../../src/engine/ports.ts';
import { memoryStorage } from '../../unit/engine/support/run-storage.ts';
import { specOf } from './package.ts';
import type { Workload } from './workloads.ts';

const MB = 1024 * 1024;
/** What a read of the bench's files gives at a time. */
const PIECE_BYTES = 256 * 1024;
const PART_BYTES = 6 * MB;
/** What a run object gives a slice. */
const SLICE = { bytes: 32 * MB, batches: 8192, cells: 128_000_000 };
/** Collecting before each look takes long: it is done at every so many statements. */
const EVERY = 16;

/** Megabytes. */
export interface Live {
	readonly heap: number;
	/** Typed arrays, which stand outside the heap. */
	readonly arrays: number;
}

/**
 * The most that `count` runs at once hold, over what was held before them: what is left when garbage is collected, looked at
 * whenever a run reads a file or hands over a part, and at every sixteenth statement on its storage. SQLite is outside of both numbers.
 */
export async function liveMemory(workload: Workload, folder: string, count: number): Promise<Live> {
	const collect = globalThis.gc;
	if (collect === undefined) throw new Error('node has to be started with --expose-gc');
	collect();
	const before = process.memoryUsage();
	let most: Live = { heap: 0, arrays: 0 };
	let statements = 0;
	const look = () => {
		// What the first finds is freed beside the program, and surely when the second begins.
		collect();
		collect();
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		const now = { heap: (heapUsed - before.heapUsed) / MB, arrays: (arrayBuffers - before.arrayBuffers) / MB };
		if (now.heap + now.arrays > most.heap + most.arrays) most = now;
	};
	const storage = (): RunStorage => {
		const { sql, transaction } = memoryStorage();
		return {
			sql(query, ...bindings) {
				if (statements++ % EVERY === 0) look();
				return sql(query, ...bindings);
			},
			transaction,
		};
	};
	const one = async (_: unknown, at: number) => {
		const ports: RunPorts = {
			storage: storage(),
			connection: async () => filesOf(folder, look),
			log() {},
			now: Date.now,
			redact: (text) => text,
			async keepBadRecords() {},
		};
		const execution = openExecution(specOf(workload, at + 1), ports);
		for (;;) {
			const outcome = await execution.slice(SLICE);
			if (outcome.state === 'completed') return;
			if (outcome.state !== 'more') throw new Error(`${workload.name}: ${JSON.stringify(outcome)}`);
			// Slices of an object are turns of its own, between which others work.
			await new Promise((resolve) => setImmediate(resolve));
		}
	};
	await Promise.all(Array.from({ length: count }, one));
	return most;
}

/** A folder to read from; what is written is looked at and forgotten. */
function filesOf(folder: string, look: () => void): FileStore {
	return {
		kind: 'files',
		partBytes: PART_BYTES,
		async close() {},
		interrupt: () => undefined,
		check: async () => ({ ok: true, latencyMs: 0, message: '' }),
		list: async () => ({ files: [], after: null }),
		async stat(_bucket, path) {
			const found = await stat(join(folder, path)).catch(() => null);
			return found === null ? null : { path, size: found.size, etag: String(found.mtimeMs), modifiedAt: found.mtimeMs };
		},
		async read({ path, offset, length }) {
			look();
			return bytesOf(join(folder, path), offset, length);
		},
		beginUpload: async ({ path }) => path,
		async uploadPart(_upload, part) {
			look();
			return String(part);
		},
		async completeUpload() {},
		async abortUpload() {},
		async copy() {},
		async remove() {},
	};
}

/** Read when it is asked for: Node's own way from a stream of its to one of the web reads far ahead. */
async function bytesOf(path: string, offset: number, length: number | null): Promise<ReadableStream<Uint8Array>> {
	const file = await open(path);
	const end = length === null ? (await file.stat()).size : offset + length;
	let at = offset;
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(PIECE_BYTES, end - at)), { position: at });
			at += bytesRead;
			if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
			if (bytesRead > 0 && at < end) return;
			await file.close();
			controller.close();
		},
		cancel: () => file.close(),
	});
}
