import type { Json } from '../../lib/json.ts';
import type { RunStorage } from '../ports.ts';

/**
 * The engine's tables in the run's own SQLite.
 *
 * `engine_state`: one JSON text a node, and one for the run (node ''). `chunks`: landed rows, ≤ 8192 and ≤ 1 MiB a row of
 * SQLite; a blob that is larger still (one gigantic field) continues in further pieces. `sink_parts`: what was uploaded.
 * `bad_records`: NDJSON not yet handed over as a page.
 */
export function createTables(storage: RunStorage): void {
	storage.sql('CREATE TABLE IF NOT EXISTS engine_state (node TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID');
	storage.sql('CREATE TABLE IF NOT EXISTS chunks (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT');
	storage.sql(
		'CREATE TABLE IF NOT EXISTS sink_parts (node TEXT NOT NULL, part INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (node, part)) STRICT, WITHOUT ROWID',
	);
	storage.sql('CREATE TABLE IF NOT EXISTS bad_records (id INTEGER PRIMARY KEY, ndjson TEXT NOT NULL) STRICT');
}

/** JSON by node, written only where it changed since it was read or written last. */
export class StateTable {
	readonly #storage: RunStorage;
	readonly #known = new Map<string, string>();

	constructor(storage: RunStorage) {
		this.#storage = storage;
		for (const row of storage.sql<{ node: string; state: string }>('SELECT node, state FROM engine_state')) this.#known.set(row.node, row.state);
	}

	read(node: string): Json | undefined {
		const text = this.#known.get(node);
		return text === undefined ? undefined : (JSON.parse(text) as Json);
	}

	write(node: string, state: Json): void {
		const text = JSON.stringify(state);
		if (this.#known.get(node) === text) return;
		this.#storage.sql('INSERT INTO engine_state (node, state) VALUES (?, ?) ON CONFLICT (node) DO UPDATE SET state = excluded.state', node, text);
		this.#known.set(node, text);
	}
}
