import type { Batch } from '../../data/batch.ts';
import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { OperatorContext } from '../operator.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { PARTITIONS, Partitions } from '../storage/partitions.ts';
import { BuildTable } from './build-table.ts';
import { type JoinRoles, joined } from './join-columns.ts';
import { type ProbePosition, Prober, unmatchedPairs } from './prober.ts';

interface SavedGraceJoin {
	readonly partition: number;
	/** The build chunks in memory: from, to. */
	readonly block: readonly [number, number] | null;
	/** The probe chunk being worked on. */
	readonly probe: number;
	readonly position: ProbePosition;
	readonly unmatched: number;
}

const BIT: Schema = [{ name: 'row', type: { kind: 'boolean' } }];

/**
 * A join whose build side does not fit: both sides are landed by the hash of their keys and joined partition by partition. A
 * partition that does not fit either (one key with too many rows) is taken in blocks, each of which all probing rows pass.
 */
export class GraceJoin {
	readonly #context: OperatorContext;
	readonly #roles: JoinRoles;
	readonly #build: Partitions;
	readonly #probe: Partitions;
	readonly #early: ChunkStream;
	#partition: number;
	#block: readonly [number, number] | null;
	#chunk: number;
	#position: ProbePosition;
	#unmatched: number;
	#table: BuildTable | null = null;
	#prober: Prober | null = null;
	/** By probe row of the partition: found a partner in an earlier block, and in this one. */
	#before: Uint8Array | null = null;
	#now: Uint8Array | null = null;
	#chunkStart = 0;

	constructor(context: OperatorContext, roles: JoinRoles, early: ChunkStream, saved: Json | undefined) {
		const state = (saved ?? { partition: 0, block: null, probe: 0, position: { row: 0, given: 0 }, unmatched: 0 }) as unknown as SavedGraceJoin;
		this.#context = context;
		this.#roles = roles;
		this.#early = early;
		this.#build = new Partitions(context.chunks, 'build', context.inputs[roles.build] as Schema, roles.buildKeys);
		this.#probe = new Partitions(context.chunks, 'probe', context.inputs[roles.probe] as Schema, roles.probeKeys);
		this.#partition = state.partition;
		this.#block = state.block;
		this.#chunk = state.probe;
		this.#position = state.position;
		this.#unmatched = state.unmatched;
	}

	pushBuild(batch: Batch): void {
		this.#build.write(batch);
	}

	pushProbe(batch: Batch): void {
		this.#probe.write(batch);
	}

	get bytes(): number {
		return this.#build.bytes + this.#probe.bytes + (this.#table?.bytes ?? 0);
	}

	/** Before the probe side has ended there is only what came too early to be moved; afterwards, the partitions. */
	get isBusy(): boolean {
		return this.#early.from < this.#early.to || this.#context.ended();
	}

	step(): void {
		if (this.#early.from < this.#early.to) {
			this.#probe.write(this.#early.read(this.#early.from));
			this.#early.dropBefore(this.#early.from + 1);
			return;
		}
		this.#build.flush();
		this.#probe.flush();
		if (this.#partition >= PARTITIONS) this.#context.finish();
		else if (this.#table === null && !this.#openBlock()) this.#leavePartition();
		else if (!this.#probeChunk() && !this.#giveUnmatched()) this.#leaveBlock();
	}

	save(): Json {
		this.#build.flush();
		this.#probe.flush();
		this.#saveBits();
		const state: SavedGraceJoin = {
			partition: this.#partition,
			block: this.#block,
			probe: this.#chunk,
			position: this.#prober?.position() ?? this.#position,
			unmatched: this.#unmatched,
		};
		return state as unknown as Json;
	}

	/** Loads the next block of the partition's build side, or the one a restart stood at. False when there are no more. */
	#openBlock(): boolean {
		const build = this.#build.stream(this.#partition);
		const probe = this.#probe.stream(this.#partition);
		const resumed = this.#block !== null && this.#block[1] >= 0;
		const from = this.#block?.[0] ?? build.from;
		if (this.#block !== null && !resumed && from >= build.to) return false;
		if (build.from === build.to && !(this.#roles.keepProbe && probe.to > probe.from)) return false;
		const table = new BuildTable(build.schema, this.#roles.buildKeys);
		let to = from;
		const end = resumed ? (this.#block?.[1] as number) : build.to;
		while (to < end && (resumed || to === from || table.bytes < this.#context.memory)) table.add(build.read(to++));
		table.seal();
		this.#table = table;
		this.#block = [from, to];
		const single = from === build.from && to === build.to;
		this.#before = single ? null : this.#loadBits('before', probe.rows);
		this.#now = single ? null : this.#loadBits('now', probe.rows);
		if (resumed) this.#loadMatched(table);
		else this.#chunk = probe.from;
		this.#chunkStart = 0;
		for (let seq = probe.from; seq < this.#chunk; seq++) this.#chunkStart += probe.read(seq).length;
		return true;
	}

	/** One batch of pairs; false when all probing rows have passed the block. */
	#probeChunk(): boolean {
		const probe = this.#probe.stream(this.#partition);
		const table = this.#table as BuildTable;
		if (this.#prober === null) {
			if (this.#chunk >= probe.to) return false;
			const batch = probe.read(this.#chunk);
			const isLast = (this.#block as readonly [number, number])[1] >= this.#build.stream(this.#partition).to;
			const matchedBefore = this.#before?.subarray(this.#chunkStart, this.#chunkStart + batch.length) ?? null;
			this.#prober = new Prober(table, batch, this.#roles.probeKeys, { keepProbe: this.#roles.keepProbe && isLast, matchedBefore }, this.#position);
			this.#position = { row: 0, given: 0 };
			this.#now?.set(
				this.#prober.matched.map((bit, row) => bit | (this.#before?.[this.#chunkStart + row] ?? 0)),
				this.#chunkStart,
			);
		}
		const { batch } = this.#prober;
		const pairs = this.#prober.next();
		if (pairs !== null && pairs.count > 0) this.#context.emit(joined(this.#roles, batch, table.rows, pairs));
		if (this.#prober.position().row >= batch.length) {
			this.#prober = null;
			this.#chunk++;
			this.#chunkStart += batch.length;
		}
		return true;
	}

	#giveUnmatched(): boolean {
		const table = this.#table as BuildTable;
		const found = this.#roles.keepBuild ? unmatchedPairs(table, this.#unmatched) : null;
		if (found === null) return false;
		this.#unmatched = found.next;
		this.#context.emit(joined(this.#roles, null, table.rows, found.pairs));
		return true;
	}

	#leaveBlock(): void {
		this.#block = [(this.#block as readonly [number, number])[1], -1];
		this.#before = this.#now;
		if (this.#before !== null) this.#storeBits('before', this.#before);
		this.#table = null;
		this.#unmatched = 0;
	}

	#leavePartition(): void {
		this.#build.stream(this.#partition).clear();
		this.#probe.stream(this.#partition).clear();
		for (const name of ['before', 'now', 'matched']) this.#context.chunks.stream(name, BIT).clear();
		this.#partition++;
		this.#block = null;
	}

	#saveBits(): void {
		if (this.#table === null) return;
		if (this.#roles.keepBuild) this.#storeBits('matched', this.#table.matched);
		if (this.#now !== null) this.#storeBits('now', this.#now);
	}

	#storeBits(name: string, bits: Uint8Array): void {
		const stream = this.#context.chunks.stream(name, BIT);
		stream.clear();
		const column = { type: { kind: 'boolean' }, layout: 'bool', length: bits.length, nulls: null, values: bits.slice() } as const;
		stream.append({ schema: BIT, length: bits.length, columns: [column] });
	}

	#loadBits(name: string, length: number): Uint8Array {
		const bits = new Uint8Array(length);
		let at = 0;
		for (const batch of this.#context.chunks.stream(name, BIT).batches()) {
			bits.set((batch.columns[0] as { values: Uint8Array } & Batch['columns'][number]).values, at);
			at += batch.length;
		}
		return bits;
	}

	#loadMatched(table: BuildTable): void {
		if (this.#roles.keepBuild) table.matched.set(this.#loadBits('matched', table.matched.length));
	}
}
