import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { eachDatabase } from './on-disk.ts';

/** What a run object's storage says, without asking the gateway: it may be at work, or dead. */
export interface RunOnDisk {
	readonly runId: number;
	readonly status: string;
	/** The engine's phase as of its last checkpoint; null before the first. */
	readonly phase: string | null;
	/** Rows into each node and whether it has finished, as of that checkpoint. */
	readonly nodes: Readonly<Record<string, { readonly rows: number; readonly finished: boolean }>>;
	/** Landed chunks: the state of operators and what waits to be sent. */
	readonly chunks: number;
}

/** Every run that is not yet archived, in the order of their numbers. */
export async function runsOnDisk(state: string): Promise<RunOnDisk[]> {
	const found = await eachDatabase(join(state, 'data/do/headgate-RunObject'), readRun);
	return found.filter((run) => run !== null).sort((a, b) => a.runId - b.runId);
}

function readRun(database: DatabaseSync): RunOnDisk | null {
	const order = kept(database, 'order') as { spec: { runId: number } } | null;
	if (order === null) return null;
	const status = (kept(database, 'state') as { status: string } | null)?.status ?? 'pending';
	const begun = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'engine_state'").get() !== undefined;
	if (!begun) return { runId: order.spec.runId, status, phase: null, nodes: {}, chunks: 0 };
	const states = database.prepare("SELECT node, state FROM engine_state WHERE node <> ''").all() as { node: string; state: string }[];
	const run = database.prepare("SELECT json_extract(state, '$.phase') AS phase FROM engine_state WHERE node = ''").get() as { phase: string } | undefined;
	const nodes = states.map(({ node, state }) => {
		const saved = JSON.parse(state) as { in: number[]; finished: boolean };
		return [node, { rows: saved.in.reduce((sum, rows) => sum + rows, 0), finished: saved.finished }] as const;
	});
	const { chunks } = database.prepare('SELECT count(*) AS chunks FROM chunks').get() as { chunks: number };
	return { runId: order.spec.runId, status, phase: run?.phase ?? null, nodes: Object.fromEntries(nodes), chunks };
}

function kept(database: DatabaseSync, name: string): unknown {
	const pieces = database.prepare('SELECT json FROM run WHERE name = ? ORDER BY piece').all(name) as { json: string }[];
	return pieces.length === 0 ? null : JSON.parse(pieces.map((piece) => piece.json).join(''));
}
