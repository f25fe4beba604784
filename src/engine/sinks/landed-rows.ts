import type { RefusedRow } from '../../connectors/connector.ts';
import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { gatherBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import { safeIntVector } from '../../data/vector.ts';
import type { OperatorContext } from '../operator.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import type { Packet } from './outbox.ts';

/** What a destination took, in the run's own storage: whole rows for those that it refuses later. */
export class LandedRows {
	readonly #context: OperatorContext;
	readonly #schema: Schema;
	readonly #rows: ChunkStream;

	constructor(context: OperatorContext, schema: Schema) {
		this.#context = context;
		this.#schema = schema;
		// With their numbers in the sink's input behind their columns.
		this.#rows = context.chunks.stream('landed', [...schema, { name: '', type: { kind: 'long' } }]);
	}

	add({ batch, firstRow }: Packet, rejected: ReadonlySet<number>): void {
		const rows = Int32Array.from({ length: batch.length }, (_, row) => row).filter((row) => !rejected.has(row));
		if (rows.length === 0) return;
		const { columns } = rows.length === batch.length ? batch : gatherBatch(batch, rows);
		const numbers = safeIntVector(
			{ kind: 'long' },
			Float64Array.from(rows, (row) => firstRow + row),
			null,
		);
		this.#rows.append({ schema: this.#rows.schema, length: rows.length, columns: [...columns, numbers] });
	}

	/** Makes bad rows of those at the given places, which ascend. */
	refuse(refused: readonly RefusedRow[]): void {
		let from = 0;
		let next = 0;
		for (const batch of this.#rows.batches()) {
			const here: RefusedRow[] = [];
			for (; next < refused.length && (refused[next] as RefusedRow).place < from + batch.length; next++) here.push(refused[next] as RefusedRow);
			if (here.length > 0) this.#tell(batch, here, from);
			from += batch.length;
		}
		this.#rows.clear();
	}

	#tell(batch: Batch, refused: readonly RefusedRow[], from: number): void {
		const { columns, length } = gatherBatch(
			batch,
			Int32Array.from(refused, ({ place }) => place - from),
		);
		const numbers = columns.at(-1);
		const bad = refused.map(({ message }, row) => ({
			row,
			number: numbers === undefined ? row : (valueAt(numbers, row) as number),
			class: 'constraint',
			field: null,
			message: `the table refuses the row: ${message}`,
		}));
		this.#context.survivors({ schema: this.#schema, length, columns: columns.slice(0, -1) }, 1, bad);
	}
}
