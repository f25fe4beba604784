import type { RunStorage } from '../../engine/ports.ts';
import { MINUTE } from '../../lib/time.ts';

/** A run that has not asked for more time when this is over is taken to be gone. */
export const LEASE_MS = 2 * MINUTE;

/** A run that has waited so much longer goes before one of the next higher priority: nobody waits for ever. */
const AGING_MS = 30 * MINUTE;

export interface LeasedRun {
	readonly runId: number;
	readonly until: number;
}

/** Who runs and who waits, in the object's SQLite. */
export class Leases {
	readonly #storage: RunStorage;

	constructor(storage: RunStorage) {
		this.#storage = storage;
		storage.sql('CREATE TABLE IF NOT EXISTS queue (run_id INTEGER PRIMARY KEY, due INTEGER NOT NULL, position INTEGER NOT NULL, lease_until INTEGER) STRICT');
		storage.sql('CREATE INDEX IF NOT EXISTS queue_waiting ON queue (due, position) WHERE lease_until IS NULL');
	}

	/**
	 * Puts a run into the queue, where its priority (1, 0, -1) and the moment say; one that is known stays where it is. Gives how many
	 * wait before it.
	 */
	enqueue(runId: number, priority: number, now: number): number {
		this.#storage.sql(
			'INSERT INTO queue (run_id, due, position) SELECT ?, ?, coalesce(max(position), 0) + 1 FROM queue WHERE true ON CONFLICT DO NOTHING',
			runId,
			now - priority * AGING_MS,
		);
		const [row] = this.#storage.sql<{ before: number }>(
			`SELECT count(*) AS before FROM queue AS other JOIN queue AS own ON own.run_id = ?
			WHERE other.lease_until IS NULL AND own.lease_until IS NULL AND (other.due < own.due OR (other.due = own.due AND other.position < own.position))`,
			runId,
		);
		return row?.before ?? 0;
	}

	/** Gives free slots to the first in the queue; they hold them until `until`. */
	grant(slots: number, until: number): LeasedRun[] {
		const free = Math.max(0, slots - this.running());
		const waiting = this.#storage.sql<{ runId: number }>('SELECT run_id AS runId FROM queue WHERE lease_until IS NULL ORDER BY due, position LIMIT ?', free);
		for (const { runId } of waiting) this.#storage.sql('UPDATE queue SET lease_until = ? WHERE run_id = ?', until, runId);
		return waiting.map(({ runId }) => ({ runId, until }));
	}

	/** False where the run holds no lease. */
	renew(runId: number, until: number): boolean {
		const held = this.#storage.sql('SELECT 1 FROM queue WHERE run_id = ? AND lease_until IS NOT NULL', runId).length > 0;
		if (held) this.#storage.sql('UPDATE queue SET lease_until = ? WHERE run_id = ?', until, runId);
		return held;
	}

	remove(runId: number): void {
		this.#storage.sql('DELETE FROM queue WHERE run_id = ?', runId);
	}

	isRunning(runId: number): boolean {
		return this.#storage.sql('SELECT 1 FROM queue WHERE run_id = ? AND lease_until IS NOT NULL', runId).length > 0;
	}

	/** Runs whose time is over at `now`. */
	expired(now: number): number[] {
		return this.#storage.sql<{ runId: number }>('SELECT run_id AS runId FROM queue WHERE lease_until <= ? ORDER BY lease_until', now).map(({ runId }) => runId);
	}

	/** Takes the slot from a run and puts it back into the queue, behind the others. */
	requeue(runId: number): void {
		this.#storage.sql(
			'UPDATE queue SET lease_until = NULL, due = (SELECT max(due) FROM queue), position = (SELECT max(position) + 1 FROM queue) WHERE run_id = ?',
			runId,
		);
	}

	running(): number {
		return this.#count('lease_until IS NOT NULL');
	}

	queued(): number {
		return this.#count('lease_until IS NULL');
	}

	/** When the next lease ends; null where none is held. */
	nextExpiry(): number | null {
		return this.#storage.sql<{ next: number | null }>('SELECT min(lease_until) AS next FROM queue')[0]?.next ?? null;
	}

	#count(where: string): number {
		return this.#storage.sql<{ count: number }>(`SELECT count(*) AS count FROM queue WHERE ${where}`)[0]?.count ?? 0;
	}
}
