import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AsciiText, asAscii } from '../../../src/data/ascii-text.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { ByteWriter } from '../../../src/data/byte-io.ts';
import { DelimitedDecoder } from '../../../src/data/codecs/delimited/decoder.ts';
import { DelimitedEncoder } from '../../../src/data/codecs/delimited/encoder.ts';
import { compareText } from '../../../src/data/compare.ts';
import { concatVectors, gatherVector, sliceVector } from '../../../src/data/gather.ts';
import type { Schema } from '../../../src/data/types.ts';
import { type TextVector, textVector } from '../../../src/data/vector.ts';
import { hashRows } from '../../../src/engine/hash/hash-rows.ts';
import { KeyTable } from '../../../src/engine/hash/key-table.ts';
import { interleave } from '../../../src/engine/sort/interleave.ts';
import { keyColumns } from '../../../src/engine/sort/row-order.ts';
import { sortRows } from '../../../src/engine/sort/sort-rows.ts';
import { batchBytes } from '../../../src/engine/storage/batch-bytes.ts';
import { packBatch, unpackBatch } from '../../../src/engine/storage/pack-batch.ts';
import { DELIMITED } from './support/plans.ts';

const STRING = { kind: 'string' } as const;
const SCHEMA: Schema = [{ name: 'text', type: STRING }];

const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '0', '"', ',', '\n', '\r', '\0', ' '), maxLength: 14 });
const columns = fc.array(fc.option(ascii, { freq: 6 }), { minLength: 1, maxLength: 60 }).map(stringsOf);

function stringsOf(texts: readonly (string | null)[]): TextVector {
	const nulls = texts.includes(null) ? Uint8Array.from(texts, (text) => (text === null ? 1 : 0)) : null;
	return textVector(
		STRING,
		texts.map((text) => text ?? ''),
		nulls,
	);
}

function bytesOf(vector: TextVector): AsciiText {
	const made = asAscii(vector);
	if (made === null) throw new Error('not ASCII');
	return made;
}

const plain = (vector: { values: ArrayLike<unknown>; nulls: Uint8Array | null }) =>
	Array.from(vector.values, (value, row) => (vector.nulls?.[row] === 1 ? null : value));
const textOf = (batch: Batch) => plain(batch.columns[0] as TextVector);
const batchOf = (column: TextVector): Batch => ({ schema: SCHEMA, length: column.length, columns: [column] });

test('texts held as bytes are cut, gathered, joined, landed and interleaved as strings are', () => {
	fc.assert(
		fc.property(columns, columns, fc.array(fc.integer({ min: -1, max: 59 }), { maxLength: 30 }), (a, b, picks) => {
			const rows = Int32Array.from(picks.filter((row) => row < a.length));
			expect(plain(gatherVector(bytesOf(a), rows) as TextVector)).toEqual(plain(gatherVector(a, rows) as TextVector));
			const middle = sliceVector(bytesOf(a), 1, a.length) as TextVector;
			expect(plain(middle)).toEqual(plain(sliceVector(a, 1, a.length) as TextVector));
			expect(plain(concatVectors([middle, bytesOf(b), a]) as TextVector)).toEqual([...plain(a).slice(1), ...plain(b), ...plain(a)]);
			const landed = unpackBatch(SCHEMA, packBatch(batchOf(middle), new ByteWriter(16)));
			expect(landed.columns[0]).toBeInstanceOf(AsciiText);
			expect(textOf(landed)).toEqual(plain(a).slice(1));
			expect(batchBytes(landed)).toBe(batchBytes(batchOf(middle)));
			const which = Int32Array.from({ length: a.length + b.length }, (_, i) => (i < b.length ? 1 : 0));
			const from = Int32Array.from({ length: which.length }, (_, i) => (i < b.length ? i : i - b.length));
			expect(textOf(interleave([batchOf(bytesOf(a)), batchOf(b)], which, from))).not.toEqual([]);
			expect(textOf(interleave([batchOf(bytesOf(a)), batchOf(b)], which, from))).toEqual([...plain(b), ...plain(a)]);
		}),
		{ numRuns: 200 },
	);
});

test('texts held as bytes have the order, the hashes and the keys that their strings have', () => {
	fc.assert(
		fc.property(columns, columns, (a, b) => {
			const [first, second] = [bytesOf(a), bytesOf(b)];
			expect(Math.sign(first.compare(0, second, 0))).toBe(Math.sign(compareText(a.values[0] as string, b.values[0] as string)));
			expect(hashRows([first], a.length, 7)).toEqual(hashRows([a], a.length, 7));
			const keys = keyColumns(SCHEMA, [{ field: 'text', direction: 'desc', nulls: 'first' }]);
			expect(sortRows(batchOf(first), keys)).toEqual(sortRows(batchOf(a), keys));
			// Whichever form a text came in first, the other finds it.
			const [mixed, strings] = [new KeyTable([STRING]), new KeyTable([STRING])];
			const ids = [...mixed.insert([first], a.length).slice(0, a.length), ...mixed.insert([b], b.length).slice(0, b.length)];
			expect(ids).toEqual([...strings.insert([a], a.length).slice(0, a.length), ...strings.insert([b], b.length).slice(0, b.length)]);
			expect([...mixed.find([second], b.length, true).slice(0, b.length)]).toEqual(ids.slice(a.length));
			expect(plain(mixed.keys(0, mixed.size)[0] as TextVector)).toEqual(plain(strings.keys(0, strings.size)[0] as TextVector));
		}),
		{ numRuns: 200 },
	);
});

test('many texts sort by their bytes as their strings do', () => {
	const texts = Array.from({ length: 3000 }, (_, row) => (row % 11 === 0 ? null : `key ${(row * 7919) % 1000}${row % 3 === 0 ? ' and more of it' : ''}`));
	const column = stringsOf(texts);
	const keys = keyColumns(SCHEMA, [{ field: 'text', direction: 'asc', nulls: 'last' }]);
	expect(sortRows(batchOf(bytesOf(column)), keys)).toEqual(sortRows(batchOf(column), keys));
});

test.each(['"', ''])('a file of unlike texts comes back from the bytes that its reader keeps, with quote %j', (quote) => {
	const format = { ...DELIMITED, quote };
	const texts = Array.from({ length: 20_000 }, (_, row) => {
		if (row % 13 === 0) return null;
		const text = `row ${row}: ${'x'.repeat(row % 23)}`;
		if (quote === '') return text;
		return row % 5 === 0 ? `"${text}", ${row % 10 === 0 ? '""' : '\n'}` : row % 17 === 0 ? '' : text;
	});
	// Beyond the first batch, one with other than ASCII.
	texts[19_000] = 'año 😀';
	const schema: Schema = [{ name: 'id', type: { kind: 'integer' } }, ...SCHEMA];
	const id = { type: { kind: 'integer' }, length: texts.length, nulls: null, layout: 'int32', values: Int32Array.from(texts, (_, row) => row) } as const;
	const written = new DelimitedEncoder(format, schema, null).encode({ schema, length: texts.length, columns: [id, stringsOf(texts)] });
	const fields = schema.map(({ name, type }) => ({ source: name, name, type, format: null }));
	const decoder = new DelimitedDecoder(format, { fields }, null);
	const batches = [...decoder.push(written), ...decoder.finish()].map(({ batch }) => batch);
	// That texts are unlike is seen at once in a file without quotes, elsewhere after a batch.
	expect(batches.map(({ columns: [, text] }) => text instanceof AsciiText)).toEqual([quote === '', true, false]);
	expect(batches.flatMap(({ columns: [, text] }) => plain(text as TextVector))).toEqual(texts);
	const again = new DelimitedEncoder(format, schema, null);
	expect(Buffer.concat(batches.map((batch) => again.encode(batch).slice())).equals(written)).toBe(true);
});
