import { notOfType } from '../../json.ts';
import type { Vector } from '../../vector.ts';
import type { RecordError, WantedField } from '../codec.ts';
import { columnPositions } from '../header.ts';
import { Block, type ColumnLayout, MALFORMED } from './block.ts';
import type { ColumnReader } from './column-reader.ts';
import type { Dialect } from './dialect.ts';
import { FieldTexts } from './field-texts.ts';
import { columnReader } from './readers.ts';

interface WantedColumn {
	readonly field: WantedField;
	readonly slot: number;
	readonly reader: ColumnReader;
}

/** Reads the wanted columns of one block after another. */
export class BlockReader {
	readonly block: Block;
	readonly layout: ColumnLayout;
	readonly #columns: readonly WantedColumn[];
	readonly #texts: FieldTexts;

	/** Throws `AppError` where a wanted column is not in the header. */
	constructor(fields: readonly WantedField[], header: readonly string[] | null, size: { batchRows: number; columns: number }, dialect: Dialect) {
		const positions = columnPositions(fields, header);
		// Slots follow the file's order: `FieldTexts` walks the spans of a record front to back.
		const distinct = [...new Set(positions)].sort((a, b) => a - b);
		const slots = new Int32Array((distinct.at(-1) ?? -1) + 1).fill(-1);
		distinct.forEach((position, slot) => {
			slots[position] = slot;
		});
		this.block = new Block(distinct.length, size.batchRows);
		// Without a header the first record may itself be one with too few.
		this.layout = { columns: Math.max(size.columns, slots.length), slots };
		this.#columns = fields.map((field, index) => ({ field, slot: slots[positions[index] as number] as number, reader: columnReader(field, fields.length) }));
		this.#texts = new FieldTexts(this.block, dialect);
	}

	/** Reads the block's records, which take `length` bytes from `base`. */
	read(bytes: Uint8Array, base: number, length: number, firstRecord: number): { readonly columns: Vector[]; readonly errors: RecordError[] } {
		this.#texts.open(bytes, base, length);
		const errors: RecordError[] = this.block.ragged.map(({ row, fields }) => ragged(row, firstRecord, fields, this.layout.columns));
		const columns = this.#columns.map(({ field, slot, reader }) =>
			reader.read(this.block, this.#texts, slot, (row) => errors.push(this.#notOfType(row, firstRecord, field, slot))),
		);
		return { columns, errors: errors.sort((a, b) => a.row - b.row) };
	}

	#notOfType(row: number, firstRecord: number, field: WantedField, slot: number): RecordError {
		const value = this.#texts.shown(row, slot);
		const start = this.block.spans[(row * this.block.width + slot) * 2] as number;
		const shown = JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
		let message: string;
		if ((start & 3) === MALFORMED) message = `${shown} has text behind its closing quote`;
		else if (this.#texts.alone(row, slot) === null) message = `${shown} is not ${this.#texts.encoding}`;
		else message = notOfType(field.type, shown, field.format);
		return { row, record: firstRecord + row, field: field.name, value, class: 'parse_error', message };
	}
}

function ragged(row: number, firstRecord: number, fields: number, columns: number): RecordError {
	const expected = `${fields} ${fields === 1 ? 'field' : 'fields'} where ${columns} are expected`;
	return {
		row,
		record: firstRecord + row,
		field: null,
		value: null,
		class: fields > columns ? 'too_many_columns' : 'too_few_columns',
		message: `the record has ${expected}`,
	};
}
