import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../lib/errors.ts';
import { endLeftover } from './leftover.ts';

/** A state folder held by this process. */
export interface StateLock {
	release(): Promise<void>;
}

/** How long a gateway that is just ending is waited for. */
const PATIENCE_MS = 1500;

/**
 * Takes a state folder for this process alone, and ends a runtime that a killed gateway left on it.
 *
 * The lock is SQLite's own exclusive lock on a file: the system drops it with the process, however that ends, so there is
 * no stale lock to judge and no race between two starts that judge it. gateway.json beside it only says who holds it.
 */
export async function lockState(state: string): Promise<StateLock> {
	await mkdir(state, { recursive: true, mode: 0o700 });
	// Of a folder that was there before: it is about to hold a key.
	await chmod(state, 0o700);
	const database = new DatabaseSync(join(state, 'gateway.lock'));
	try {
		const wait = `PRAGMA busy_timeout = ${PATIENCE_MS}`;
		database.exec(`PRAGMA locking_mode = EXCLUSIVE; ${wait}; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (x); COMMIT`);
	} catch {
		database.close();
		throw await inUse(state);
	}
	await endLeftover(state);
	await writeFile(holderFile(state), `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`, { mode: 0o600 });
	return {
		async release() {
			await rm(holderFile(state), { force: true });
			database.close();
		},
	};
}

const holderFile = (state: string) => join(state, 'gateway.json');

async function inUse(state: string): Promise<AppError> {
	const text = await readFile(holderFile(state), 'utf8').catch(() => '{}');
	const holder = JSON.parse(text) as { pid?: number; since?: string };
	const who = holder.pid === undefined ? 'a gateway that is just starting' : `process ${holder.pid}, a gateway started at ${holder.since}`;
	return new AppError('conflict', `The state folder ${state} is in use by ${who}.`, {
		hint: 'Stop that one first, or give this one a folder of its own with --state DIR.',
	});
}
