import { sliceBatch } from '../../data/gather.ts';
import { rowsToJson } from '../../data/json.ts';
import { redactDeep } from '../../lib/redact.ts';
import type { ResultDestination } from '../../plan/endpoints.ts';
import type { OperatorContext, Sink } from '../operator.ts';
import { outputOf } from './output.ts';

/** Keeps the first rows for the one who asked, and counts the others. */
export function resultSink(context: OperatorContext, destination: ResultDestination): Sink {
	const kept = context.chunks.stream('rows', context.inputs[0] ?? []);
	let records = (context.saved as number | undefined) ?? 0;
	return {
		async begin() {},
		push(_input, batch) {
			const room = Math.max(0, destination.maxRows - kept.rows);
			if (room > 0) kept.append(sliceBatch(batch, 0, Math.min(room, batch.length)));
			records += batch.length;
		},
		end: () => context.finish(),
		save: () => records,
		async commit() {},
		async abort() {},
		output() {
			// A secret variable may have been selected as a column: what is shown to people is redacted like any log line.
			const rows = [...kept.batches()].flatMap((batch) => redactDeep(rowsToJson(batch), context.ports.redact));
			return outputOf(context, records, null, rows, records > rows.length);
		},
	};
}
