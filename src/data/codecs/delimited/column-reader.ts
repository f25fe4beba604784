import type { Vector } from '../../vector.ts';
import type { Block } from './block.ts';
import type { FieldTexts } from './field-texts.ts';

/** Reads one column of a block as its type. */
export interface ColumnReader {
	/** `fail` is told each row whose field is not of the type; it is null in the vector. */
	read(block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector;
}
