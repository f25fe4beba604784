import { DurableObject } from 'cloudflare:workers';
import { useKernel } from '../../../src/data/kernel/kernel.ts';
import kernel from '../../../src/data/kernel/kernel.wasm';
import { openExecution } from '../../../src/engine/execution.ts';
import type { RunPorts, RunSpec, RunStorage, SliceBudget, SqlValue } from '../../../src/engine/ports.ts';
import { DiskFiles } from './disk-files.ts';

useKernel(kernel);

interface BenchEnv {
	readonly RUNS: DurableObjectNamespace;
	readonly DISK: Fetcher;
}

/** What a run object gives a slice. */
const SLICE: SliceBudget = { bytes: 32 * 1024 * 1024, batches: 8192, cells: 128_000_000 };

/** One run of the engine as the gateway's run object does it: its own SQLite, slices with a checkpoint at the end of each. */
export class BenchRun extends DurableObject<BenchEnv> {
	override async fetch(request: Request): Promise<Response> {
		if (request.method === 'DELETE') {
			await this.ctx.storage.deleteAll();
			return new Response(null);
		}
		const spec = await request.json<RunSpec>();
		const files = new DiskFiles(this.env.DISK);
		const storage = countedStorage(this.ctx.storage);
		const ports: RunPorts = {
			storage,
			connection: async () => files,
			log() {},
			now: Date.now,
			redact: (text) => text,
			async keepBadRecords() {},
			breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
		};
		const execution = openExecution(spec, ports);
		for (let slices = 1; ; slices++) {
			const outcome = await execution.slice(SLICE);
			if (outcome.state === 'waiting') throw new Error(`the run waits: ${outcome.because}`);
			if (outcome.state === 'failed') throw new Error(outcome.failures.map((failure) => failure.message).join('; '));
			if (outcome.state === 'completed') return Response.json({ records: outcome.outputs[0]?.records, rowsWritten: storage.rowsWritten(), slices });
		}
	}
}

function countedStorage(storage: DurableObjectStorage): RunStorage & { rowsWritten(): number } {
	let written = 0;
	return {
		sql<Row>(query: string, ...bindings: SqlValue[]): Row[] {
			const cursor = storage.sql.exec(query, ...bindings);
			const rows = cursor.toArray() as Row[];
			written += cursor.rowsWritten;
			return rows;
		},
		transaction: (work) => storage.transactionSync(work),
		rowsWritten: () => written,
	};
}

export default {
	/** `/<name>`: a run in the object of that name. */
	fetch(request: Request, env: BenchEnv): Promise<Response> {
		return env.RUNS.get(env.RUNS.idFromName(new URL(request.url).pathname)).fetch(request);
	},
};
