import type { ComponentFailure, ComponentProgress, ErrorClassCount, RunOutput, RunStorage } from '../../engine/ports.ts';
import { NEW_RUN, type RunEffect, type RunEvent, type RunState, transition } from '../../engine/run-state.ts';
import type { TaskReport, WorkflowRemains } from '../../engine/workflow/spec.ts';
import type { RunOrder } from '../../operations/runs/ports.ts';

/** A text of SQLite in an object may have 2 MB; at three bytes a character this stays below. */
const PIECE_CHARACTERS = 600_000;

/** What is known of the work itself, as of the last checkpoint. */
export interface RunReport {
	readonly progress: number;
	readonly components: readonly ComponentProgress[];
	readonly failures: readonly ComponentFailure[];
	readonly outputs: readonly RunOutput[];
	readonly errorClasses: readonly ErrorClassCount[];
	/** Of a workflow; null for a dataflow. */
	readonly tasks: readonly TaskReport[] | null;
	/** Of a workflow that has ended. */
	readonly remains: WorkflowRemains | null;
}

/** Work of the shell itself that must survive it. */
export interface Chores {
	/** Steps of closing that are done; see `closing.ts`. */
	readonly closed: number;
	/** Faults of the shell's own work in a row: each doubles its pause. */
	readonly faults: number;
	/** The start is not yet reported. */
	readonly reportStart: boolean;
}

const NOTHING: RunReport = { progress: 0, components: [], failures: [], outputs: [], errorClasses: [], tasks: null, remains: null };
const NO_CHORES: Chores = { closed: 0, faults: 0, reportStart: false };

/** The run's own rows: its order, its state with the events that led to it, its report and its chores. */
export class RunRecord {
	readonly #storage: RunStorage;
	/** It never changes, and its payload may be long to parse. */
	#order: RunOrder | null = null;

	constructor(storage: RunStorage) {
		this.#storage = storage;
	}

	/** With the order, and never before: a question about a run that is archived must leave its object empty. */
	create(): void {
		this.#storage.sql(
			'CREATE TABLE IF NOT EXISTS run (name TEXT NOT NULL, piece INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (name, piece)) STRICT, WITHOUT ROWID',
		);
		this.#storage.sql('CREATE TABLE IF NOT EXISTS run_events (id INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
	}

	/** Null where the run was never prepared, or is archived. */
	order(): RunOrder | null {
		const tables = this.#storage.sql("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run'");
		const kept = tables.length > 0 && this.#storage.sql("SELECT 1 FROM run WHERE name = 'order' LIMIT 1").length > 0;
		if (!kept) this.#order = null;
		else this.#order ??= this.#read<RunOrder>('order');
		return this.#order;
	}

	/** The first order stays: a run is frozen when it is submitted. */
	keepOrder(order: RunOrder): void {
		if (this.order() === null) this.#write('order', order);
	}

	state(): RunState {
		return this.#read<RunState>('state') ?? NEW_RUN;
	}

	/** State and event in one transaction; the effects are the caller's. */
	apply(event: RunEvent, also: () => void = () => {}): readonly RunEffect[] {
		const before = this.state();
		const { state, effects } = transition(before, event);
		this.#storage.transaction(() => {
			if (JSON.stringify(state) !== JSON.stringify(before)) {
				this.#write('state', state);
				this.#storage.sql('INSERT INTO run_events (event) VALUES (?)', JSON.stringify(event));
			}
			also();
		});
		return effects;
	}

	report(): RunReport {
		return this.#read<RunReport>('report') ?? NOTHING;
	}

	keepReport(report: RunReport): void {
		this.#write('report', report);
	}

	chores(): Chores {
		return this.#read<Chores>('chores') ?? NO_CHORES;
	}

	keepChores(change: Partial<Chores>): void {
		this.#write('chores', { ...this.chores(), ...change });
	}

	#read<T>(name: string): T | null {
		const pieces = this.#storage.sql<{ json: string }>('SELECT json FROM run WHERE name = ? ORDER BY piece', name);
		return pieces.length === 0 ? null : (JSON.parse(pieces.map((piece) => piece.json).join('')) as T);
	}

	#write(name: string, value: unknown): void {
		const text = JSON.stringify(value);
		this.#storage.sql('DELETE FROM run WHERE name = ?', name);
		for (let from = 0, piece = 0; from < text.length; from += PIECE_CHARACTERS, piece++) {
			this.#storage.sql('INSERT INTO run (name, piece, json) VALUES (?, ?, ?)', name, piece, text.slice(from, from + PIECE_CHARACTERS));
		}
	}
}
