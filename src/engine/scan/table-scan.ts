import type { MisfitCell, TablePage, TableRead, TableStore } from '../../connectors/connector.ts';
import { valueAt } from '../../data/access.ts';
import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { gatherBatch, sliceBatch } from '../../data/gather.ts';
import { int32Vector, type Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { SourceField, TableSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import { tableStore } from '../stores.ts';
import { minds, rowsWithUnknown, unknownOf } from './column-contract.ts';
import { knownSource, type PushedDown, pushedDown, refuseOtherRows } from './pushed-down.ts';
import { emitSourceRows, type SourceError } from './source-rows.ts';
import { wantedFields } from './wanted-fields.ts';

interface SavedTableScan {
	readonly cursor: string | null;
	/** Rows of the pages before. */
	readonly rows?: number;
	/** What the database was asked to pick, as its SQL. Missing in what earlier versions saved: they asked SQLite alone. */
	readonly picked?: string | null;
}

interface OpenRead {
	readonly store: TableStore;
	readonly request: TableRead;
	readonly keep: PushedDown['keep'];
	/** Columns the package does not know, which are read behind all others. */
	readonly unknown: readonly string[];
}

/** A table or query, page by page; a restart goes on behind the last page that was checkpointed. */
export function tableScan(context: OperatorContext, source: TableSource): Operator {
	const fields = wantedFields(source.fields, context.output);
	const saved = context.saved as unknown as SavedTableScan | undefined;
	let cursor = saved?.cursor ?? null;
	let rows = saved?.rows ?? 0;
	let picked = saved?.picked ?? null;
	let read: OpenRead | null = null;
	return {
		push() {},
		end() {},
		busy: () => true,
		async step() {
			read ??= await open();
			const page = await read.store.readPage(read.request, cursor);
			context.advanced(batchBytes(page.batch), page.batch.length, null);
			give(read, page);
			rows += page.batch.length;
			cursor = page.cursor;
			if (cursor === null) context.finish();
		},
		save: () => ({ cursor, rows, picked }),
	};

	async function open(): Promise<OpenRead> {
		const store = await tableStore(context, source.connection);
		const older = cursor !== null && saved?.picked === undefined;
		const known = older ? { dialect: store.dialect, columns: null } : await knownSource(store, source, context.filteredBy);
		const { where, extra, keep } = pushedDown(source, fields, known, context.filteredBy);
		if (cursor === null) {
			picked = where?.sql ?? null;
			if (where !== null) context.log('info', `${store.dialect} itself picks rows by the condition.`);
		}
		refuseOtherRows(store.dialect, picked, where);
		const strange = minds(context) ? await unknownColumns(store) : [];
		const columns = [...fields, ...extra, ...strange].map((field) => ({ source: String(field.source), name: field.name, type: field.type }));
		const from = 'query' in source.from ? source.from : { schema: source.from.schema, table: source.from.table };
		const request = { from, columns, where, splitBy: source.splitBy, pageRows: BATCH_ROWS };
		return { store, request, keep, unknown: strange.map((field) => String(field.source)) };
	}

	async function unknownColumns(store: TableStore): Promise<SourceField[]> {
		const { from } = source;
		const found = 'query' in from ? await store.describeQuery(from.query, from.parameters) : ((await store.describe(from)) ?? []);
		const known = new Set(source.fields.map((field) => String(field.source).toLowerCase()));
		const strange = found.filter(({ name }) => !known.has(name.toLowerCase()));
		const names = new Set(
			unknownOf(
				context,
				strange.map(({ name }) => name),
				'query' in from ? 'query' : 'table',
			),
		);
		return strange.filter(({ name }) => names.has(name)).map(({ name, type }) => ({ source: name, name: `unknown ${name}`, type, format: null }));
	}

	/** Rows that a condition leaves out are nobody's concern: it is judged first, and what is wrong is told of the others. */
	function give({ keep, unknown, request }: OpenRead, { batch: page, misfits = [] }: TablePage): void {
		const errors = misfits.map((cell) => misfitError(cell, fields, rows));
		if (unknown.length > 0) errors.push(...rowsWithUnknown(page, request.columns.length - unknown.length, unknown, rows + 1));
		const batch = { schema: context.output, length: page.length, columns: page.columns.slice(0, context.output.length) };
		if (errors.length === 0) inSlices(keep === null ? batch : keep(page, batch));
		else if (keep === null) emitSourceRows(context, batch, errors);
		else {
			const kept = passing(keep, page);
			const places = new Map([...kept].map((row, place) => [row, place]));
			const left = errors.flatMap((error) => {
				const row = places.get(error.row);
				return row === undefined ? [] : [{ ...error, row }];
			});
			emitSourceRows(context, gatherBatch(batch, kept), left);
		}
	}

	function inSlices(batch: Batch): void {
		for (let from = 0; from < batch.length; from += BATCH_ROWS) context.emit(sliceBatch(batch, from, Math.min(batch.length, from + BATCH_ROWS)));
	}
}

function misfitError({ row, column, value, message }: MisfitCell, fields: readonly SourceField[], before: number): SourceError {
	const field = fields[column];
	// A condition cannot be judged without its column, and a column nobody knows was read as what the database says it is.
	if (field === undefined) throw new AppError('upstream', message, { retryable: false });
	return { row, number: before + row + 1, field: field.name, value, class: 'parse_error', message };
}

/** Which rows of a page pass a condition. */
function passing(keep: NonNullable<PushedDown['keep']>, page: Batch): Int32Array {
	const type = { kind: 'integer' } as const;
	const all = {
		schema: [{ name: 'row', type }],
		length: page.length,
		columns: [
			int32Vector(
				type,
				Int32Array.from({ length: page.length }, (_, row) => row),
				null,
			),
		],
	};
	const kept = keep(page, all);
	const rows = kept.columns[0] as Vector;
	return Int32Array.from({ length: kept.length }, (_, place) => valueAt(rows, place) as number);
}
