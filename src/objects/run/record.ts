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

/** An order with values of secret variables, as it is kept. */
export interface SealedOrder {
	readonly accountId: number;
	readonly text: string;
}

/** Work of the shell itself that must survive it. */
export interface Chores {
	/** Steps of closing that are done; see `closing.ts`. */
	readonly closed: number;
	/** Faults of the shell's own work in a row: each doubles its pause. */
	readonly faults: number;
	/** The submission, or the start, is not yet reported. */
	readonly reportSubmission: boolean;
	readonly reportStart: boolean;
}

const NOTHING: RunReport = { progress: 0, components: [], failures: [], outputs: [], errorClasses: [], tasks: null, remains: null };
const NO_CHORES: Chores = { closed: 0, faults: 0, reportSubmission: false, reportStart: false };

/** The run's own rows: its order, its state with the events that led to it, its report and its chores. */
export class RunRecord {
	readonly #storage: RunStorage;
	/** It never changes, and its payload may be long to parse. A sealed one is opened by `open` alone. */
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

	/** Null where the run was never prepared, is archived, or where its sealed order could not be opened. */
	order(): RunOrder | null {
		const kept = this.#keptOrder();
		if (kept === null) this.#order = null;
		else if (kept === 'order') this.#order ??= this.#read<RunOrder>('order');
		return this.#order;
	}

	/** When the object wakes: an order that is kept sealed is read again by whoever can open it. */
	async open(unseal: (sealed: SealedOrder) => Promise<RunOrder | null>): Promise<void> {
		const sealed = this.#keptOrder() === 'sealed_order' ? this.#read<SealedOrder>('sealed_order') : null;
		if (sealed !== null) this.#order = await unseal(sealed);
	}

	#keptOrder(): 'order' | 'sealed_order' | null {
		if (this.#storage.sql("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run'").length === 0) return null;
		const [row] = this.#storage.sql<{ name: 'order' | 'sealed_order' }>("SELECT name FROM run WHERE name IN ('order', 'sealed_order') LIMIT 1");
		return row?.name ?? null;
	}

	/** The first order stays: a run is frozen when it is submitted. That it was is then to be told. */
	keepOrder(order: RunOrder, sealed: SealedOrder | null): void {
		if (this.#keptOrder() !== null) return;
		if (sealed === null) this.#write('order', order);
		else this.#write('sealed_order', sealed);
		this.#order = order;
		this.keepChores({ reportSubmission: true });
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
