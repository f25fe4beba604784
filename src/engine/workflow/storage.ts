import type { DataType } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';
import type { RunStorage } from '../ports.ts';
import type { WorkflowState } from './state.ts';

interface ResultRow {
	readonly task: string;
	readonly variable: string;
	readonly type: string;
	/** JSON of what is no text; texts stand as they are, so that a megabyte of JSON is not escaped into two. */
	readonly plain: string | null;
	readonly text: string | null;
}

/** A workflow's own tables in the storage of its run: its state, what tasks have come to, and their results. */
export class WorkflowStorage {
	readonly #storage: RunStorage;

	constructor(storage: RunStorage) {
		this.#storage = storage;
		storage.sql('CREATE TABLE IF NOT EXISTS workflow_state (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID');
		storage.sql(
			'CREATE TABLE IF NOT EXISTS workflow_results (position INTEGER PRIMARY KEY, task TEXT NOT NULL UNIQUE, variable TEXT NOT NULL, type TEXT NOT NULL, plain TEXT, text TEXT) STRICT',
		);
	}

	state(): WorkflowState | null {
		return (this.#read('state') as unknown as WorkflowState | undefined) ?? null;
	}

	keepState(state: WorkflowState): void {
		this.#write('state', state as unknown as Json);
	}

	/** How far a task is, under a name of its own choosing. */
	progress(task: string, name: string): Json | undefined {
		return this.#read(`${task}:${name}`);
	}

	keepProgress(task: string, name: string, json: Json): void {
		this.#write(`${task}:${name}`, json);
	}

	forgetProgress(task: string): void {
		this.#storage.sql('DELETE FROM workflow_state WHERE name >= ? AND name < ?', `${task}:`, `${task};`);
	}

	keepResult(task: string, variable: string, { type, value }: QueryParameter): void {
		const [plain, text] = typeof value === 'string' ? [null, value] : [JSON.stringify(value), null];
		this.#storage.sql(
			'INSERT INTO workflow_results (task, variable, type, plain, text) VALUES (?, ?, ?, ?, ?)',
			task,
			variable,
			JSON.stringify(type),
			plain,
			text,
		);
	}

	/** In the order in which they came. */
	results(): { readonly task: string; readonly variable: string; readonly result: QueryParameter }[] {
		return this.#storage
			.sql<ResultRow>('SELECT task, variable, type, plain, text FROM workflow_results ORDER BY position')
			.map(({ task, variable, type, plain, text }) => ({
				task,
				variable,
				result: { type: JSON.parse(type) as DataType, value: text ?? (plain === null ? null : (JSON.parse(plain) as QueryParameter['value'])) },
			}));
	}

	#read(name: string): Json | undefined {
		const [row] = this.#storage.sql<{ json: string }>('SELECT json FROM workflow_state WHERE name = ?', name);
		return row === undefined ? undefined : (JSON.parse(row.json) as Json);
	}

	#write(name: string, json: Json): void {
		this.#storage.sql(
			'INSERT INTO workflow_state (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json',
			name,
			JSON.stringify(json),
		);
	}
}
