import type { Batch } from '../data/batch.ts';
import { rowToJson } from '../data/json.ts';
import type { Json } from '../lib/json.ts';
import type { PlanNode, RunSettings } from '../plan/plan.ts';
import { componentFailure, RunFailed } from './failure.ts';
import type { ErrorClassCount, RunPorts } from './ports.ts';

/** One thing wrong with one row of a batch; `field` null means the row as a whole. */
export interface BadCell {
	readonly row: number;
	readonly class: string;
	readonly field: string | null;
	readonly message: string;
	/** The row's number in the component's input where it is not its place in the batch, such as in a file. */
	readonly number?: number;
	/** The value as it stood in the source. */
	readonly value?: string | null;
	/** Counted, but its record is not kept. */
	readonly unkept?: boolean;
}

/** Handed over as one page: about 1,000 records. */
const PAGE_CHARACTERS = 256 * 1024;
/** Lines wait in memory up to this, and end the slice at four times as much. */
const BUFFER_CHARACTERS = 256 * 1024;
/** Records past this many are counted only: a source that is bad throughout must not be written out a second time. */
const MOST_KEPT = 100_000;
/** A kept row is cut here: one gigantic field must not fill the log. */
const ROW_CHARACTERS = 16 * 1024;

type Counts = Record<string, Record<string, number>>;

interface SavedBadRows {
	readonly counts: Counts;
	readonly total: number;
	readonly nextId: number;
	readonly nextPart: number;
	/** Characters in the table that belong to no page yet. */
	readonly pending: number;
	/** The page that was closed last: its records go once the next checkpoint knows that they were handed over. */
	readonly closed: { readonly part: number; readonly upTo: number } | null;
}

/**
 * The bad rows of a run: counted by component and class, kept as NDJSON pages outside, and bounded by `max_errors`.
 * Pages are numbered in the checkpoint that closes them, so that handing one over may be repeated.
 */
export class BadRows {
	readonly #settings: RunSettings;
	readonly #ports: RunPorts;
	readonly #counts: Counts;
	#total: number;
	#nextId: number;
	#nextPart: number;
	#pending: number;
	#closed: SavedBadRows['closed'];
	#handedOver = false;
	#lines: string[] = [];
	#characters = 0;

	constructor(settings: RunSettings, ports: RunPorts, saved: Json | undefined) {
		const state = (saved ?? { counts: {}, total: 0, nextId: 1, nextPart: 1, pending: 0, closed: null }) as unknown as SavedBadRows;
		this.#settings = settings;
		this.#ports = ports;
		this.#counts = state.counts;
		this.#total = state.total;
		this.#nextId = state.nextId;
		this.#nextPart = state.nextPart;
		this.#pending = state.pending;
		this.#closed = state.closed;
		// Written by a slice that was killed before its checkpoint.
		ports.storage.sql('DELETE FROM bad_records WHERE id >= ?', state.nextId);
	}

	/** Counts a bad row and keeps it; throws `RunFailed` where the run allows no more. `cell` is the row's first fault. */
	keep(node: PlanNode, batch: Batch, cell: BadCell, number: number): void {
		this.#counts[node.component.id] ??= {};
		const byClass = this.#counts[node.component.id] as Record<string, number>;
		byClass[cell.class] = (byClass[cell.class] ?? 0) + 1;
		this.#total++;
		if (this.#total <= MOST_KEPT && cell.unkept !== true) this.#addLine(node, batch, cell, number);
		const { maxErrors } = this.#settings;
		if (maxErrors !== null && 'count' in maxErrors && this.#total > maxErrors.count) {
			throw new RunFailed(
				this.#tooMany(node, cell, number, batch, `${this.#total} bad ${this.#total === 1 ? 'row' : 'rows'}, and max_errors allows ${maxErrors.count}`),
			);
		}
	}

	/** A component's input has ended: a percentage of it can be judged. */
	judge(node: PlanNode, rowsIn: number): void {
		const { maxErrors } = this.#settings;
		if (maxErrors === null || !('fraction' in maxErrors) || rowsIn === 0) return;
		const bad = this.badRows(node.component.id);
		// 0.29 of 100 rows is 28.999999999999996 of them.
		if (bad <= maxErrors.fraction * rowsIn * (1 + Number.EPSILON * 4)) return;
		const percent = ((bad / rowsIn) * 100).toFixed(2);
		throw new RunFailed(
			componentFailure(
				node,
				'too_many_errors',
				`${bad} of ${rowsIn} rows of "${node.component.name}" were bad (${percent} %), and max_errors allows ${Number((maxErrors.fraction * 100).toPrecision(12))} %`,
				'Read the bad records, repair the source or raise max_errors.',
			),
		);
	}

	sample(batch: Batch, row: number): string {
		return this.#ports.redact(JSON.stringify(rowToJson(batch, row)));
	}

	badRows(component: string): number {
		return Object.values(this.#counts[component] ?? {}).reduce((sum, count) => sum + count, 0);
	}

	classes(): ErrorClassCount[] {
		return Object.entries(this.#counts).flatMap(([component, classes]) => Object.entries(classes).map(([name, count]) => ({ component, class: name, count })));
	}

	/** So much was kept in this slice that it should end. */
	get isFull(): boolean {
		return this.#pending + this.#characters > 4 * BUFFER_CHARACTERS;
	}

	/** Inside the checkpoint's transaction. `last`: what is left makes a page too. */
	checkpoint(last: boolean): Json {
		const { storage } = this.#ports;
		if (this.#closed !== null && this.#handedOver) {
			storage.sql('DELETE FROM bad_records WHERE id <= ?', this.#closed.upTo);
			this.#closed = null;
		}
		this.#flush();
		if (this.#closed === null && this.#pending > (last ? 0 : PAGE_CHARACTERS)) {
			this.#closed = { part: this.#nextPart++, upTo: this.#nextId - 1 };
			this.#handedOver = false;
			this.#pending = 0;
		}
		const state: SavedBadRows = {
			counts: this.#counts,
			total: this.#total,
			nextId: this.#nextId,
			nextPart: this.#nextPart,
			pending: this.#pending,
			closed: this.#closed,
		};
		return state as unknown as Json;
	}

	/** After a checkpoint: hands a closed page over. Doing it again with the same number replaces the page. */
	async handOver(): Promise<void> {
		if (this.#closed === null || this.#handedOver) return;
		const rows = this.#ports.storage.sql<{ ndjson: string }>('SELECT ndjson FROM bad_records WHERE id <= ? ORDER BY id', this.#closed.upTo);
		await this.#ports.keepBadRecords(this.#closed.part, `${rows.map((row) => row.ndjson).join('\n')}\n`);
		this.#handedOver = true;
	}

	#addLine(node: PlanNode, batch: Batch, cell: BadCell, number: number): void {
		const { redact } = this.#ports;
		const line = JSON.stringify({
			component: node.component.id,
			name: node.component.name,
			row: number,
			class: cell.class,
			field: cell.field,
			message: redact(cell.message),
			...(cell.value == null ? {} : { value: redact(cell.value) }),
			record: this.sample(batch, cell.row).slice(0, ROW_CHARACTERS),
		});
		this.#lines.push(line);
		this.#characters += line.length + 1;
		if (this.#characters > BUFFER_CHARACTERS) this.#flush();
	}

	#flush(): void {
		if (this.#lines.length === 0) return;
		this.#ports.storage.sql('INSERT INTO bad_records (id, ndjson) VALUES (?, ?)', this.#nextId++, this.#lines.join('\n'));
		this.#pending += this.#characters;
		this.#characters = 0;
		this.#lines = [];
	}

	#tooMany(node: PlanNode, cell: BadCell, number: number, batch: Batch, what: string) {
		return componentFailure(
			node,
			'too_many_errors',
			this.#ports.redact(`The run has ${what}. The last: ${cell.message}`),
			'Read the bad records, repair the source or raise max_errors.',
			{ row: number, field: cell.field, sample: this.sample(batch, cell.row) },
		);
	}
}
