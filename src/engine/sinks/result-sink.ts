import type { Batch } from '../../data/batch.ts';
import { sliceBatch } from '../../data/gather.ts';
import { rowsToJson } from '../../data/json.ts';
import { redactDeep } from '../../lib/redact.ts';
import type { ResultDestination } from '../../plan/endpoints.ts';
import type { OperatorContext, Sink } from '../operator.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import { outputOf } from './output.ts';

/** So many bytes of rows are an answer; more belongs into a file. They are held, redacted and written as JSON all at once. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Keeps the first rows for the one who asked, and counts the others. */
export function resultSink(context: OperatorContext, destination: ResultDestination): Sink {
	const kept = context.chunks.stream('rows', context.inputs[0] ?? []);
	let records = (context.saved as number | undefined) ?? 0;
	let bytes = 0;
	for (const batch of kept.batches()) bytes += batchBytes(batch);
	let full = false;
	return {
		async begin() {},
		push(_input, batch) {
			// Behind a row that was left out none follows: what is shown are the first ones.
			if (!full && records === kept.rows) keep(sliceBatch(batch, 0, Math.min(destination.maxRows - kept.rows, batch.length)));
			records += batch.length;
		},
		end: () => context.finish(),
		save: () => records,
		async commit() {},
		abort: async () => false,
		output() {
			// A secret variable may have been selected as a column: what is shown to people is redacted like any log line.
			const rows = [...kept.batches()].flatMap((batch) => redactDeep(rowsToJson(batch), context.ports.redact));
			return outputOf(context, records, null, rows, records > rows.length);
		},
	};

	function keep(rows: Batch): void {
		const fitting = fits(rows, MOST_BYTES - bytes);
		if (fitting < rows.length) {
			full = true;
			context.log('warn', `the result ends behind row ${kept.rows + fitting}: its rows take more than ${MOST_BYTES / 1024 / 1024} MB; write them into a file`);
		}
		if (fitting === 0) return;
		const taken = sliceBatch(rows, 0, fitting);
		bytes += batchBytes(taken);
		kept.append(taken);
	}
}

/** How many of the first rows take no more than so many bytes. */
function fits(rows: Batch, room: number): number {
	if (batchBytes(rows) <= room) return rows.length;
	let [some, many] = [0, rows.length];
	while (many - some > 1) {
		const middle = (some + many) >> 1;
		if (batchBytes(sliceBatch(rows, 0, middle)) <= room) some = middle;
		else many = middle;
	}
	return some;
}
