import type { TableWriter } from '../../connectors/connector.ts';
import type { Json } from '../../lib/json.ts';
import type { TableDestination } from '../../plan/endpoints.ts';
import type { BadCell } from '../bad-rows.ts';
import type { OperatorContext, Sink } from '../operator.ts';
import { tableStore } from '../stores.ts';
import { mergeConditionOf } from './merge-condition.ts';
import { Outbox, type Packet } from './outbox.ts';
import { outputOf } from './output.ts';

interface SavedTableSink {
	readonly outbox: Json;
	readonly records: number;
}

/** Rows into a database's staging, packet by packet; one commit moves them into the table. */
export function tableSink(context: OperatorContext, destination: TableDestination): Sink {
	const schema = context.inputs[0] ?? [];
	const saved = context.saved as unknown as SavedTableSink | undefined;
	const outbox = new Outbox(context, schema, destination.batchSize, saved?.outbox);
	let records = saved?.records ?? 0;
	let writer: Promise<TableWriter> | null = null;
	const refused: { packet: Packet; bad: BadCell[] }[] = [];
	let sentSinceSave = false;

	return {
		begin: async () => (await theWriter()).begin(),
		push: (_input, batch) => outbox.add(batch),
		end: () => context.requestCheckpoint(),
		busy: () => context.ended() && outbox.isEmpty,
		step: () => context.finish(),
		settle() {
			for (const { packet, bad } of refused.splice(0)) {
				records -= new Set(bad.map((cell) => cell.row)).size;
				context.survivors(packet.batch, packet.firstRow, bad);
			}
			return sentSinceSave;
		},
		save() {
			sentSinceSave = false;
			const state: SavedTableSink = { outbox: outbox.save(), records };
			return state as unknown as Json;
		},
		isFull: () => outbox.isFull,
		afterCheckpoint: () => outbox.send(context.ended(), deliver),
		commit: async () => {
			await (await theWriter()).commit();
		},
		abort: async () => (await theWriter()).abort(),
		output: () => outputOf(context, records, `table ${destination.schema === null ? '' : `${destination.schema}.`}${destination.table}`),
	};

	async function deliver(packet: Packet): Promise<boolean> {
		const rejected = await (await theWriter()).write(packet.batch, packet.number);
		records += packet.batch.length;
		sentSinceSave = true;
		if (rejected.length > 0) {
			refused.push({ packet, bad: rejected.map(({ row, field, message }) => ({ row, class: 'rejected_by_destination', field, message })) });
		}
		return true;
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
