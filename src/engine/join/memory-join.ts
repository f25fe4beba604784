import type { Batch } from '../../data/batch.ts';
import type { Json } from '../../lib/json.ts';
import type { OperatorContext } from '../operator.ts';
import { WaitingInput } from '../operators/expansion.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import type { BuildTable } from './build-table.ts';
import { type JoinRoles, joined } from './join-columns.ts';
import { type ProbePosition, Prober, unmatchedPairs } from './prober.ts';

interface SavedMemoryJoin {
	readonly waiting: Json;
	readonly position: ProbePosition;
	/** Chunks of rows that came before the build side was complete and are probed already. */
	readonly early: number;
	/** The next row of the build side to look at for missing partners. */
	readonly unmatched: number;
}

/** Probing a build side that fits in memory: rows are joined as they come. */
export class MemoryJoin {
	readonly #context: OperatorContext;
	readonly #roles: JoinRoles;
	readonly #table: BuildTable;
	readonly #waiting: WaitingInput;
	readonly #early: ChunkStream;
	readonly #matched: ChunkStream;
	#earlySeq: number;
	#position: ProbePosition;
	#prober: Prober | null = null;
	#unmatched: number;
	#dirty = false;

	/** The table is sealed. */
	constructor(context: OperatorContext, roles: JoinRoles, table: BuildTable, early: ChunkStream, saved: Json | undefined) {
		const state = saved as unknown as SavedMemoryJoin | undefined;
		this.#context = context;
		this.#roles = roles;
		this.#table = table;
		this.#early = early;
		this.#waiting = new WaitingInput(context, context.inputs[roles.probe] ?? [], state?.waiting);
		this.#earlySeq = state?.early ?? early.from;
		this.#position = state?.position ?? { row: 0, given: 0 };
		this.#unmatched = state?.unmatched ?? 0;
		this.#matched = context.chunks.stream('matched', [{ name: 'row', type: { kind: 'boolean' } }]);
		let at = 0;
		for (const batch of this.#matched.batches()) {
			table.matched.set((batch.columns[0] as { values: Uint8Array } & Batch['columns'][number]).values, at);
			at += batch.length;
		}
	}

	push(batch: Batch): void {
		this.#waiting.add(batch);
	}

	get isBusy(): boolean {
		return !this.#waiting.isEmpty || this.#earlySeq < this.#early.to || this.#context.ended();
	}

	/** One batch of output, or the end. */
	step(): void {
		if (this.#waiting.isEmpty && this.#earlySeq < this.#early.to) {
			this.#waiting.add(this.#early.read(this.#earlySeq++));
			this.#early.dropBefore(this.#earlySeq);
		}
		if (!this.#waiting.isEmpty) this.#probe();
		else this.#giveUnmatched();
	}

	save(): Json {
		if (this.#dirty && this.#roles.keepBuild) {
			this.#matched.clear();
			const { matched } = this.#table;
			const column = { type: { kind: 'boolean' }, layout: 'bool', length: matched.length, nulls: null, values: matched.slice() } as const;
			this.#matched.append({ schema: this.#matched.schema, length: matched.length, columns: [column] });
			this.#dirty = false;
		}
		const position = this.#prober?.position() ?? this.#position;
		if (this.#prober !== null) {
			// The batch that waits is cut to what is left of it, and positions count from there.
			this.#waiting.advance(position.row);
			this.#prober = null;
			this.#position = { row: 0, given: position.given };
		}
		const state: SavedMemoryJoin = { waiting: this.#waiting.save(), position: this.#position, early: this.#earlySeq, unmatched: this.#unmatched };
		return state as unknown as Json;
	}

	#probe(): void {
		if (this.#prober === null) {
			const batch = this.#waiting.peek(Number.MAX_SAFE_INTEGER);
			this.#prober = new Prober(this.#table, batch, this.#roles.probeKeys, { keepProbe: this.#roles.keepProbe, matchedBefore: null }, this.#position);
			this.#position = { row: 0, given: 0 };
			this.#dirty = true;
		}
		const { batch } = this.#prober;
		const pairs = this.#prober.next();
		if (pairs !== null) this.#context.emit(joined(this.#roles, batch, this.#table.rows, pairs));
		if (this.#prober.position().row >= batch.length) {
			this.#prober = null;
			this.#waiting.advance(batch.length);
		}
	}

	#giveUnmatched(): void {
		const found = this.#roles.keepBuild ? unmatchedPairs(this.#table, this.#unmatched) : null;
		if (found === null) {
			this.#context.finish();
			return;
		}
		this.#unmatched = found.next;
		this.#context.emit(joined(this.#roles, null, this.#table.rows, found.pairs));
	}
}
