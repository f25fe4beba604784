import type { Batch } from '../../data/batch.ts';
import { concatBatches, sliceBatch } from '../../data/gather.ts';
import type { Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { type KeyColumn, keyColumns, RowKeys } from '../sort/row-order.ts';
import { Sorter, type SorterPosition } from '../sort/sorter.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import { groupStarts, type WindowBlock, type WindowEvaluator } from '../window/block.ts';
import { makeWindowEvaluator } from '../window/make.ts';
import { columnOf } from './narrow.ts';

/** A partition that functions need whole may take this much memory. */
const LARGEST_PARTITION = 32 * 1024 * 1024;
/** Rows that are held are looked at again once so many more came, a part of them: each is copied a few times, however many there are. */
const GROWTH = 8;

interface SavedWindow {
	readonly sorter: Json;
	/** Rows behind the sorter's position that belong to partitions which are done. */
	readonly skip: number;
	/** Rows behind those that were given already. */
	readonly given: number;
}

/**
 * Window functions over rows sorted by partition and order. A restart begins again with the partition it was in, and keeps quiet
 * about what it gave of it.
 */
export function window(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'window') throw new TypeError('not a window');
	const schema = context.inputs[0] ?? [];
	const saved = context.saved as unknown as SavedWindow | undefined;
	const partition = keyColumns(
		schema,
		operator.partitionBy.map((field) => ({ field, direction: 'asc', nulls: 'last' })),
	);
	const order = keyColumns(schema, operator.sort);
	const sorter = new Sorter(context.chunks, schema, [...partition, ...order], context.memory, saved?.sorter);
	const wanted = new Set(context.output.map((field) => field.name));
	const calls = operator.functions.filter((call) => wanted.has(call.alias));
	const evaluators = calls.map((call) => makeWindowEvaluator(call, schema, order));
	const streams = evaluators.every((evaluator) => evaluator.streams);
	const needsPeers = evaluators.some((evaluator) => evaluator.needsPeers);
	const lookahead = Math.max(0, ...evaluators.map((evaluator) => evaluator.lookahead));

	/** Sorted rows that are not given yet, and the last of them in batches that were not brought together with the others yet. */
	let rows: Batch | null = null;
	let behind: Batch[] = [];
	/** The values of a block on their way. */
	let working: Generator<number, boolean> | null = null;
	/** Rows were fetched, and none given since. */
	let midway = false;
	let exhausted = false;
	/** The row before `rows`, to tell whether their partition and peers began before. */
	let last: Batch | null = null;
	let skip = saved?.skip ?? 0;
	let quiet = saved?.given ?? 0;
	/** Where the partition that is being given began: a position of the sorter, rows to skip behind it, rows given since. */
	let mark: { position: SorterPosition; skip: number; given: number } | null = saved === undefined ? null : { position: sorter.position(), skip, given: quiet };
	/** Positions of the sorter before each batch that `rows` was made of, with the number of its rows. */
	let fetched: { position: SorterPosition; rows: number; offset: number }[] = [];

	return {
		push: (_input, batch) => sorter.add(batch),
		end() {},
		busy: () => context.ended(),
		step() {
			if (working === null) {
				const block = nextBlock();
				if (block === 'finished') context.finish();
				if (block === 'finished' || block === 'later') return;
				working = give(block);
			}
			const turn = working.next();
			if (!turn.done) {
				context.worked(turn.value);
				return;
			}
			working = null;
			// Rows that were given before a restart are no progress.
			if (turn.value) midway = false;
		},
		isMidway: () => midway,
		bytes: () => sorter.bytes,
		spill: () => sorter.spill(),
		save() {
			const at = mark ?? { position: sorter.position(), skip: 0, given: 0 };
			const state: SavedWindow = { sorter: sorter.save(at.position), skip: at.skip, given: at.given };
			return state as unknown as Json;
		},
	};

	/** The next rows whose values can be told; `later` where more rows have to be fetched first. */
	function nextBlock(): WindowBlock | 'later' | 'finished' {
		midway = true;
		if (!exhausted) fetch();
		if (!exhausted && behind.reduce((sum, batch) => sum + batch.length, 0) < (rows?.length ?? 0) / GROWTH) return 'later';
		if (behind.length > 0) rows = concatBatches([...(rows === null ? [] : [rows]), ...behind]);
		behind = [];
		if (rows === null) return exhausted ? 'finished' : 'later';
		const count = countReady(rows);
		context.worked(rows.length * rows.columns.length);
		if (count > 0) return blockOf(rows, count);
		if (batchBytes(rows) <= LARGEST_PARTITION) return 'later';
		throw new AppError('limit', `a partition of "${context.node.component.name}" does not fit in memory: it has more than ${rows.length} rows`, {
			hint: 'Add partition_by columns, or leave out functions that need the whole partition (ntile, percent_rank, cume_dist, frames).',
		});
	}

	function fetch(): void {
		const position = sorter.position();
		const batch = sorter.next();
		if (batch === null) {
			exhausted = true;
			return;
		}
		context.worked(batch.length * batch.columns.length);
		const skipped = Math.min(skip, batch.length);
		skip -= skipped;
		if (batch.length === skipped) return;
		fetched.push({ position, rows: batch.length, offset: skipped });
		behind.push(sliceBatch(batch, skipped, batch.length));
	}

	/** How many of the rows can be given values: whole partitions, or, where every function streams, as far as is known. */
	function countReady(held: Batch): number {
		if (exhausted) return held.length;
		if (!streams) return startBefore(held, partition, held.length);
		// Rows near the end may look ahead into rows that are not there yet, unless a partition ends in between.
		const border = lookahead === 0 ? held.length : Math.max(startBefore(held, partition, held.length), held.length - lookahead);
		return needsPeers ? startBefore(held, [...partition, ...order], border) : border;
	}

	function blockOf(all: Batch, count: number): WindowBlock {
		const held = streams && lookahead > 0 ? all : sliceBatch(all, 0, count);
		const partitions = groupStarts(held, partition, null);
		const peers = order.length === 0 ? partitions : groupStarts(held, order, partitions);
		const continued = last !== null && new RowKeys(last, partition).same(0, new RowKeys(sliceBatch(held, 0, 1), partition), 0);
		const peersContinued = continued && last !== null && new RowKeys(last, order).same(0, new RowKeys(sliceBatch(held, 0, 1), order), 0);
		return { batch: held, count, partitions, peers, continued, peersContinued };
	}

	/** Yields the cells worked. False where all of it had been given before a restart. */
	function* give(block: WindowBlock): Generator<number, boolean> {
		const values = new Map<string, Vector>();
		for (const [index, call] of calls.entries()) {
			const made = (evaluators[index] as WindowEvaluator).evaluate(block);
			values.set(call.alias, 'layout' in made ? made : yield* made);
			// Streams come in pieces that are small enough for all functions in one step.
			if (!streams) yield block.count;
		}
		const given = sliceBatch(block.batch, 0, block.count);
		const out: Batch = {
			schema: context.output,
			length: block.count,
			columns: context.output.map((field) => values.get(field.name) ?? columnOf(given, field.name)),
		};
		const silent = Math.min(quiet, block.count);
		quiet -= silent;
		advance(block);
		if (silent < out.length) context.emit(sliceBatch(out, silent, out.length));
		return silent < block.count;
	}

	/** Drops the rows that were given, and remembers where the partition that goes on began. */
	function advance(block: WindowBlock): void {
		const { count, partitions } = block;
		const batch = rows as Batch;
		let began = -1;
		for (const start of partitions) if (start <= count && start < block.batch.length && (start > 0 || !block.continued)) began = start;
		if (began >= 0) mark = markAt(began, count - began);
		else if (mark !== null) mark = { ...mark, given: mark.given + count };
		last = sliceBatch(batch, count - 1, count);
		rows = count === batch.length ? null : sliceBatch(batch, count, batch.length);
		let gone = count;
		while (fetched[0] !== undefined && gone >= fetched[0].rows - fetched[0].offset) {
			gone -= fetched[0].rows - fetched[0].offset;
			fetched.shift();
		}
		if (fetched[0] !== undefined) fetched[0].offset += gone;
		if (rows === null) fetched = [];
	}

	function markAt(row: number, given: number): { position: SorterPosition; skip: number; given: number } {
		let left = row;
		for (const piece of fetched) {
			const held = piece.rows - piece.offset;
			if (left < held) return { position: piece.position, skip: piece.offset + left, given };
			left -= held;
		}
		return { position: sorter.position(), skip: 0, given };
	}
}

/** The last row up to `border` that begins a group; 0 where there is none. `border` may be the number of rows: then it does not. */
function startBefore(rows: Batch, keys: readonly KeyColumn[], border: number): number {
	const prepared = new RowKeys(rows, keys);
	for (let row = Math.min(border, rows.length - 1); row > 0; row--) if (!prepared.same(row - 1, prepared, row)) return row;
	return 0;
}
