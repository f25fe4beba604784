import type { OpenConnection } from '../connectors/connector.ts';
import type { Plan } from '../plan/plan.ts';

/**
 * The run's own SQLite, synchronous: a Durable Object's `storage.sql` and `transactionSync`, or node:sqlite in tests.
 * Everything a slice learned is written in one `transaction`.
 */
export interface RunStorage {
	sql<Row = Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Row[];
	transaction<T>(work: () => T): T;
}

export type SqlValue = null | number | string | ArrayBuffer | Uint8Array;

export interface RunPorts {
	readonly storage: RunStorage;
	connection(id: number): Promise<OpenConnection>;
	log(level: 'info' | 'warn' | 'error', message: string, component: string | null): void;
	now(): number;
	/** Texts that are shown are passed through this first: known secret values are blanked. */
	redact(text: string): string;
	/** Keeps a page of bad records outside the run's own storage. Repeating a part replaces it. */
	keepBadRecords(part: number, ndjson: string): Promise<void>;
	/** Lets whoever waits in the same isolate have a turn. Left out where nobody does. */
	breathe?(): Promise<void>;
	/** Where user code runs; left out where there is no such place. */
	openCode?(code: { readonly code: string; readonly timeoutSeconds: number }): Promise<CodeRunner>;
}

/** The user's `transform(rows)` in an isolate without network. */
export interface CodeRunner {
	/** Rows in the JSON spelling of their types; what the code threw comes back as `error`. */
	transform(rows: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] } | { readonly error: string }>;
	close(): void;
}

/** A run as the engine gets it: frozen at submission. */
export interface RunSpec {
	readonly runId: number;
	readonly accountId: number;
	readonly plan: Plan;
	/** Rows for payload sources. */
	readonly payload: readonly unknown[] | null;
}

/** How much one slice may do before it checkpoints; clocks inside a Worker do not measure CPU, so bytes, batches and cells do. */
export interface SliceBudget {
	readonly bytes: number;
	readonly batches: number;
	/** Work in cells, which operators count as they go (`Meter`). Without bound where left out. */
	readonly cells?: number;
	/** What clocks do measure is waiting for others: a slow source must not keep a slice open for hours. Without bound where left out. */
	readonly milliseconds?: number;
	/** Whether the run was asked to stop since the slice began: it is seen between two steps, and before anything is committed. */
	readonly halted?: () => boolean;
}

export type SliceOutcome =
	| { readonly state: 'more'; readonly progress: number }
	| { readonly state: 'waiting'; readonly progress: number; readonly resumeAt: number; readonly because: string }
	| { readonly state: 'completed'; readonly outputs: readonly RunOutput[] }
	| { readonly state: 'failed'; readonly failures: readonly ComponentFailure[]; readonly outputs: readonly RunOutput[] };

export interface RunOutput {
	readonly component: string;
	readonly name: string;
	readonly type: string;
	readonly records: number;
	/** result_destination: the rows, in the JSON spelling of their types. */
	readonly rows: readonly Record<string, unknown>[] | null;
	readonly truncated: boolean;
	/** Where it went, for people: `table busiest_airports`, `reports/costs.csv`. */
	readonly target: string | null;
}

export interface ComponentFailure {
	readonly component: string;
	readonly name: string;
	readonly type: string;
	readonly class: string;
	readonly message: string;
	readonly hint: string;
	readonly row: number | null;
	readonly field: string | null;
	/** The row as JSON, redacted, cut at 2 kB. */
	readonly sample: string | null;
}

/** Per component, for get_run and progress. */
export interface ComponentProgress {
	readonly component: string;
	readonly name: string;
	readonly type: string;
	readonly rowsIn: number;
	readonly rowsOut: number;
	readonly rowsBad: number;
	readonly state: 'waiting' | 'running' | 'done' | 'failed';
}

/** How many bad rows of one class a component had. */
export interface ErrorClassCount {
	readonly component: string;
	readonly class: string;
	readonly count: number;
}
