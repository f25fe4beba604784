import { AppError } from '../../../lib/errors.ts';
import { Block, type ColumnLayout, MALFORMED, type Slice, type Tokenizer } from './block.ts';
import type { Dialect } from './dialect.ts';
import { FieldTexts } from './field-texts.ts';

/** Most columns a file may have: each costs memory of its own in every batch. */
const MOST_COLUMNS = 20_000;

/**
 * The fields of the first record, for a header and to know how many there are; null where it is not whole yet, or there is none.
 * `next` is where the record after it begins.
 */
export function firstRecord(tokenizer: Tokenizer, slice: Slice, dialect: Dialect): { readonly fields: string[]; readonly next: number } | null {
	for (let width = 64; ; ) {
		const block = new Block(width, 1);
		// -2: no number of fields is the right one, so that it is always told.
		const layout: ColumnLayout = { columns: -2, slots: Int32Array.from({ length: width }, (_, field) => field) };
		const next = tokenizer.split(slice, block, layout);
		if (block.rows === 0) return null;
		const count = block.ragged[0]?.fields ?? 0;
		if (count > MOST_COLUMNS) {
			throw new AppError('limit', `the first record has ${count} fields, more than ${MOST_COLUMNS}`, { hint: 'Check the delimiter and the record delimiter.' });
		}
		if (count <= width) return { fields: texts(block, slice, count, next, dialect), next };
		width = count;
	}
}

function texts(block: Block, slice: Slice, count: number, next: number, dialect: Dialect): string[] {
	const fields = new FieldTexts(block, dialect);
	fields.open(slice.bytes, slice.base, next - slice.base);
	return Array.from({ length: count }, (_, field) => {
		const text = fields.alone(0, field);
		if (text === null || ((block.spans[field * 2] as number) & 3) === MALFORMED) {
			const problem = text === null ? `is not ${dialect.charset.encoding}` : 'has text behind its closing quote';
			if (!dialect.headerRow) return '';
			throw new AppError('invalid_input', `column ${field + 1} of the header ${problem}: ${fields.shown(0, field)}`, {
				hint: text === null ? 'Set char_encoding to the encoding of the file.' : 'Repair the header, or set another quote.',
			});
		}
		return text;
	});
}
