import { typeName } from '../../data/type-names.ts';
import type { Schema } from '../../data/types.ts';
import type { MisfitCell, TablePage } from '../connector.ts';
import { upstream } from '../upstream.ts';

interface Misfit {
	readonly field: Schema[number];
	readonly row: number;
	readonly column: number;
	/** The cell, spelled for a message and cut. */
	readonly shown: string;
	/** `query`, or `table` and its name. */
	readonly source: string;
	readonly hint: string;
}

/** A cell that is not of its column's type: one more of `misfits`, or thrown where nobody takes those. */
export function misfit({ field, row, column, shown, source, hint }: Misfit, misfits: MisfitCell[] | null): void {
	if (misfits !== null) {
		misfits.push({ row, column, value: shown, message: `${shown} in the column ${field.name} of the ${source} is not ${typeName(field.type)}. ${hint}` });
		return;
	}
	throw upstream(`Column ${field.name} of the ${source} holds ${shown} in row ${row + 1} of a page, which is not ${typeName(field.type)}.`, {
		retryable: false,
		hint,
	});
}

/** Whoever shows rows and has no place for what is wrong with one of them shows none. */
export function refuseMisfits({ misfits = [] }: TablePage): void {
	const [first] = misfits;
	if (first !== undefined) throw upstream(first.message, { retryable: false, hint: '' });
}
