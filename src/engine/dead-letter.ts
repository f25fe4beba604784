import type { Batch } from '../data/batch.ts';
import { vectorBuilder } from '../data/builder.ts';
import { gatherBatch } from '../data/gather.ts';
import type { Schema, Value } from '../data/types.ts';
import type { Redact } from '../lib/redact.ts';
import { DEAD_LETTER_FIELDS } from '../plan/endpoints.ts';
import type { PlanNode } from '../plan/plan.ts';
import type { BadCell } from './bad-rows.ts';

/** The failed rows as they go to the dead-letter port: their columns, then component, row number, class, field and message. */
export function deadLetters(node: PlanNode, batch: Batch, firstRow: number, rows: readonly BadCell[], redact: Redact): Batch {
	const failed = gatherBatch(
		batch,
		Int32Array.from(rows, (cell) => cell.row),
	);
	const told = rows.map((cell): Value[] => [node.component.name, cell.number ?? firstRow + cell.row, cell.class, cell.field, redact(cell.message)]);
	const columns = DEAD_LETTER_FIELDS.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		for (const values of told) builder.push(values[index] as Value);
		return builder.finish();
	});
	const schema: Schema = [...batch.schema, ...DEAD_LETTER_FIELDS];
	return { schema, length: rows.length, columns: [...failed.columns, ...columns] };
}

/** Indexes of the rows that are not among the dropped ones. */
export function goodRows(length: number, dropped: readonly BadCell[]): Int32Array {
	const bad = new Uint8Array(length);
	for (const cell of dropped) bad[cell.row] = 1;
	return Int32Array.from({ length }, (_, row) => row).filter((row) => bad[row] === 0);
}
