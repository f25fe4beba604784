import type { TableRead, TableStore } from '../../connectors/connector.ts';
import { BATCH_ROWS } from '../../data/batch.ts';
import { sliceBatch } from '../../data/gather.ts';
import type { TableSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import { tableStore } from '../stores.ts';
import { pushedDown } from './pushed-down.ts';
import { wantedFields } from './wanted-fields.ts';

interface SavedTableScan {
	readonly cursor: string | null;
}

/** A table or query, page by page; a restart goes on behind the last page that was checkpointed. */
export function tableScan(context: OperatorContext, source: TableSource): Operator {
	const fields = wantedFields(source.fields, context.output);
	let cursor = (context.saved as unknown as SavedTableScan | undefined)?.cursor ?? null;
	let read: { store: TableStore; request: TableRead; keep: ReturnType<typeof pushedDown>['keep'] } | null = null;
	return {
		push() {},
		end() {},
		busy: () => true,
		async step() {
			read ??= await open();
			const page = await read.store.readPage(read.request, cursor);
			context.advanced(batchBytes(page.batch), page.batch.length, null);
			const batch = { schema: context.output, length: page.batch.length, columns: page.batch.columns.slice(0, context.output.length) };
			const kept = read.keep === null ? batch : read.keep(page.batch, batch);
			for (let from = 0; from < kept.length; from += BATCH_ROWS) context.emit(sliceBatch(kept, from, Math.min(kept.length, from + BATCH_ROWS)));
			cursor = page.cursor;
			if (cursor === null) context.finish();
		},
		save: () => ({ cursor }),
	};

	async function open() {
		const store = await tableStore(context, source.connection);
		const { where, extra, keep } = pushedDown(source, fields, store.dialect, context.filteredBy);
		const columns = [...fields, ...extra].map((field) => ({ source: String(field.source), name: field.name, type: field.type }));
		const from = 'query' in source.from ? source.from : { schema: source.from.schema, table: source.from.table };
		return { store, request: { from, columns, where, splitBy: source.splitBy, pageRows: BATCH_ROWS }, keep };
	}
}
