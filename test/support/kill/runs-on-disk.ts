import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a run object's storage says, without asking the gateway: it may be at work, or dead. */
export interface RunOnDisk {
	readonly runId: number;
	readonly status: string;
	/** The engine's phase as of its last checkpoint; null before the first. */
	readonly phase: string | null;
	/** Rows into each node and whether it has finished, as of that checkpoint. */
	readonly nodes: Readonly<Record<string, { readonly rows: number; readonly finished: boolean }>>;
	readonly chunks: number;
}

/** Every run that is not yet archived, in the order of their numbers. */
export async function runsOnDisk(state: string): Promise<RunOnDisk[]> {
	const found = await eachDatabase(join(state, 'data/do/headgate-RunObject'), readRun);
	return found.filter((run) => run !== null).sort((a, b) => a.runId - b.runId);
}

/**
 * Reads copies of the databases in a folder: opening one in place would take part in its locks. A copy taken while it is
 * being written may make no sense, and then says nothing.
 */
export async function eachDatabase<T>(folder: string, read: (database: DatabaseSync) => T): Promise<T[]> {
	const files = (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite');
	const copies = await mkdtemp(join(tmpdir(), 'headgate-copies-'));
	try {
		const results: T[] = [];
		for (const file of files) results.push(...(await readCopy(join(folder, file), copies, read)));
		return results;
	} finally {
		await rm(copies, { recursive: true, force: true });
	}
}

async function readCopy<T>(file: string, folder: string, read: (database: DatabaseSync) => T): Promise<T[]> {
	const copy = join(folder, basename(file));
	let database: DatabaseSync | null = null;
	try {
		await copyFile(file, copy);
		await copyFile(`${file}-wal`, `${copy}-wal`).catch(() => undefined);
		database = new DatabaseSync(copy);
		return [read(database)];
	} catch {
		return [];
	} finally {
		database?.close();
	}
}

function readRun(database: DatabaseSync): RunOnDisk | null {
	const order = kept(database, 'order') as { spec: { runId: number } } | null;
	if (order === null) return null;
	const states = database.prepare("SELECT node, state FROM engine_state WHERE node <> ''").all() as { node: string; state: string }[];
	const run = database.prepare("SELECT json_extract(state, '$.phase') AS phase FROM engine_state WHERE node = ''").get() as { phase: string } | undefined;
	const nodes = states.map(({ node, state }) => {
		const saved = JSON.parse(state) as { in: number[]; finished: boolean };
		return [node, { rows: saved.in.reduce((sum, rows) => sum + rows, 0), finished: saved.finished }] as const;
	});
	const { chunks } = database.prepare('SELECT count(*) AS chunks FROM chunks').get() as { chunks: number };
	const status = (kept(database, 'state') as { status: string } | null)?.status ?? 'pending';
	return { runId: order.spec.runId, status, phase: run?.phase ?? null, nodes: Object.fromEntries(nodes), chunks };
}

function kept(database: DatabaseSync, name: string): unknown {
	const pieces = database.prepare('SELECT json FROM run WHERE name = ? ORDER BY piece').all(name) as { json: string }[];
	return pieces.length === 0 ? null : JSON.parse(pieces.map((piece) => piece.json).join(''));
}
