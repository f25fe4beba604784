import type { Batch } from '../../data/batch.ts';
import { gatherBatch } from '../../data/gather.ts';
import type { ContractMode } from '../../plan/plan.ts';
import type { BadCell } from '../bad-rows.ts';
import type { OperatorContext } from '../operator.ts';

/** What a source found wrong with one row of a batch it read. */
export interface SourceError {
	readonly row: number;
	/** The row's number in its source, from 1. */
	readonly number: number;
	readonly field: string | null;
	readonly value: string | null;
	readonly class: string;
	readonly message: string;
}

/**
 * Passes rows of a source on. A value that is not of its type, and a row with too many, too few or unknown columns, go by the
 * run's contract: `freeze` and `evolve` make them bad rows of the component, `discard_row` and `discard_value` settle them
 * whatever its `on_error` says. A plan's types are fixed when it is made, so `evolve` has nothing to widen here. A record that
 * could not be read at all has no columns to make a contract about: it is a bad row.
 */
export function emitSourceRows(context: OperatorContext, batch: Batch, errors: readonly SourceError[]): void {
	if (errors.length === 0) {
		context.emit(batch);
		return;
	}
	const { contracts } = context.spec.plan.settings;
	const modeOf = (error: SourceError): ContractMode => {
		if (error.field !== null) return contracts.dataType;
		return error.class === 'parse_error' ? 'freeze' : contracts.columns;
	};
	const bad: BadCell[] = [];
	const dropped = new Uint8Array(batch.length);
	for (const error of errors) {
		const mode = modeOf(error);
		if (mode === 'discard_row') dropped[error.row] = 1;
		if (mode === 'freeze' || mode === 'evolve') bad.push(cellOf(error));
	}
	// One record of a row, however many of its values were discarded.
	const seen = new Set<number>();
	const discarded = errors
		.filter((error) => modeOf(error).startsWith('discard') && !seen.has(error.row) && seen.add(error.row))
		.sort((a, b) => a.row - b.row)
		.map(cellOf);
	if (discarded.length > 0) context.noteDiscarded(batch, discarded);
	const survivors = bad.length === 0 ? null : context.survivors(batch, 1, bad);
	if (survivors === null && discarded.length === 0) {
		context.emit(batch);
		return;
	}
	const rows = (survivors ?? Int32Array.from({ length: batch.length }, (_, row) => row)).filter((row) => dropped[row] === 0);
	context.emit(rows.length === batch.length ? batch : gatherBatch(batch, rows));
}

function cellOf(error: SourceError): BadCell {
	return { row: error.row, number: error.number, class: error.class, field: error.field, message: error.message, value: error.value };
}
