import type { TableWriter } from '../../connectors/connector.ts';
import type { Json } from '../../lib/json.ts';
import type { TableDestination } from '../../plan/endpoints.ts';
import type { BadCell } from '../bad-rows.ts';
import type { OperatorContext, Sink } from '../operator.ts';
import { tableStore } from '../stores.ts';
import { LandedRows } from './landed-rows.ts';
import { mergeConditionOf } from './merge-condition.ts';
import { Outbox, type Packet } from './outbox.ts';
import { outputOf } from './output.ts';

interface SavedTableSink {
	readonly outbox: Json;
	readonly records: number;
	/** Places among the staged rows that the commit leaves out; null until it was rehearsed. */
	readonly without?: readonly number[] | null;
}

/**
 * Rows into a database's staging, packet by packet; one commit moves them into the table. Where bad rows do not end the run, and the
 * database can, the commit is rehearsed once all rows are staged: those that a constraint refuses are bad rows, and it leaves them out.
 */
export function tableSink(context: OperatorContext, destination: TableDestination): Sink {
	const schema = context.inputs[0] ?? [];
	const saved = context.saved as unknown as SavedTableSink | undefined;
	const outbox = new Outbox(context, schema, destination.batchSize, saved?.outbox);
	let records = saved?.records ?? 0;
	// Of a run that an earlier version began, rows were not kept.
	const keeps = context.node.onError !== 'fail' && (saved === undefined || saved.without !== undefined);
	const refusals = keeps ? new LandedRows(context, schema) : null;
	let without = saved?.without ?? null;
	let writer: Promise<TableWriter> | null = null;
	const refused: { packet: Packet; bad: BadCell[] }[] = [];
	let sentSinceSave = false;

	return {
		begin: async () => (await theWriter()).begin(),
		push: (_input, batch) => outbox.add(batch),
		end: () => context.requestCheckpoint(),
		busy: () => context.ended() && outbox.isEmpty,
		async step() {
			if (refusals !== null && without === null) await rehearse(refusals);
			else context.finish();
		},
		settle() {
			for (const { packet, bad } of refused.splice(0)) {
				records -= new Set(bad.map((cell) => cell.row)).size;
				context.survivors(packet.batch, packet.firstRow, bad);
			}
			return sentSinceSave;
		},
		save() {
			sentSinceSave = false;
			const state: SavedTableSink = { outbox: outbox.save(), records, without };
			return state as unknown as Json;
		},
		isFull: () => outbox.isFull,
		afterCheckpoint: () => outbox.send(context.ended(), deliver),
		commit: async () => {
			await (await theWriter()).commit(without ?? undefined);
		},
		abort: async () => (await theWriter()).abort(),
		output: () => outputOf(context, records, `table ${destination.schema === null ? '' : `${destination.schema}.`}${destination.table}`),
	};

	async function deliver(packet: Packet): Promise<boolean> {
		const to = await theWriter();
		const rejected = await to.write(packet.batch, packet.number);
		records += packet.batch.length;
		sentSinceSave = true;
		if (to.rehearse !== undefined) refusals?.add(packet, new Set(rejected.map(({ row }) => row)));
		if (rejected.length > 0) {
			refused.push({
				packet,
				bad: rejected.map(({ row, class: cause = 'rejected_by_destination', field, message }) => ({ row, class: cause, field, message })),
			});
		}
		return true;
	}

	/** What it finds is in the next checkpoint, before the commit: a restart in between finds the same. */
	async function rehearse(landed: LandedRows): Promise<void> {
		const refused = (await (await theWriter()).rehearse?.()) ?? [];
		landed.refuse(refused);
		without = refused.map(({ place }) => place);
		records -= refused.length;
		context.requestCheckpoint();
	}

	function theWriter(): Promise<TableWriter> {
		writer ??= open();
		return writer;
	}

	async function open(): Promise<TableWriter> {
		const store = await tableStore(context, destination.connection);
		const mergeCondition = await mergeConditionOf(store, destination);
		return store.writer({ destination, owner: `${context.spec.runId}_${context.node.id}`, mergeCondition });
	}
}
