import type { RunStorage } from '../../engine/ports.ts';
import type { ClusterStatus } from '../../model/cluster.ts';
import type { HookEvent } from '../../model/hook.ts';
import type { ClusterNews } from './environment.ts';
import { type ClusterLife, type ClusterSettings, type LifeEvent, liveOn } from './life.ts';

/** A cluster's life in its object's SQLite, with what the index and the hooks have still to be told of it. */
export class Diary {
	readonly #storage: RunStorage;

	constructor(storage: RunStorage) {
		this.#storage = storage;
		storage.sql('CREATE TABLE IF NOT EXISTS life (one INTEGER PRIMARY KEY CHECK (one = 1), status TEXT NOT NULL, quiet_since INTEGER) STRICT');
		storage.sql('CREATE TABLE IF NOT EXISTS news (turn INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT NOT NULL, event TEXT, at INTEGER NOT NULL) STRICT');
	}

	/** Null before its first event. */
	life(): ClusterLife | null {
		const [row] = this.#storage.sql<{ status: ClusterStatus; quietSince: number | null }>('SELECT status, quiet_since AS quietSince FROM life');
		return row ?? null;
	}

	/** State and news in one transaction. An object that knows nothing begins with what the index says. */
	note(event: LifeEvent, known: ClusterSettings & { readonly status: ClusterStatus }): ClusterLife {
		const { life, through } = liveOn(this.life() ?? { status: known.status, quietSince: null }, event, known);
		this.#storage.transaction(() => {
			this.#storage.sql(
				'INSERT INTO life VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status, quiet_since = excluded.quiet_since',
				life.status,
				life.quietSince,
			);
			for (const { status, event: told } of through) this.#storage.sql('INSERT INTO news (status, event, at) VALUES (?, ?, ?)', status, told, event.at);
		});
		return life;
	}

	/** Oldest first. */
	news(): ClusterNews[] {
		return this.#storage.sql<{ turn: number; status: ClusterStatus; event: HookEvent | null; at: number }>(
			'SELECT turn, status, event, at FROM news ORDER BY turn',
		);
	}

	told(turn: number): void {
		this.#storage.sql('DELETE FROM news WHERE turn = ?', turn);
	}
}
