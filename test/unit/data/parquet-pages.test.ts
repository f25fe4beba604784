import fc from 'fast-check';
import { expect, it } from 'vitest';
import { valueAt } from '../../../src/data/access.ts';
import type { RandomAccessFile } from '../../../src/data/codecs/codec.ts';
import { FlatColumn } from '../../../src/data/codecs/parquet/flat-column.ts';
import { groupBytes } from '../../../src/data/codecs/parquet/group-bytes.ts';
import type { Leaf } from '../../../src/data/codecs/parquet/leaf.ts';
import { LeafTexts } from '../../../src/data/codecs/parquet/leaf-texts.ts';
import { i32, struct, type Thrift, thriftBytes } from '../../../src/data/codecs/parquet/thrift-writer.ts';
import { hybridBytes } from '../../../src/data/codecs/parquet/written-values.ts';
import type { Value } from '../../../src/data/types.ts';

const [PLAIN, RLE, RLE_DICTIONARY] = [0, 3, 8];
const LONGS: Leaf = { type: { kind: 'long' }, physical: 'INT64', width: 0, meaning: { kind: 'plain' }, optional: true };
const TEXTS: Leaf = { type: { kind: 'string' }, physical: 'BYTE_ARRAY', width: 0, meaning: { kind: 'text' }, optional: true };

interface Page {
	/** Indexes into the dictionary, or values. */
	readonly coded: boolean;
	/** By their place among the column's words; null: no value. */
	readonly rows: readonly (number | null)[];
}

function bytesOf(leaf: Leaf, values: readonly Value[]): Uint8Array {
	const parts = values.map((value) => {
		if (leaf.physical === 'INT64') return Buffer.from(BigInt64Array.of(BigInt(value as number | bigint)).buffer);
		const text = Buffer.from(value as string);
		return Buffer.concat([Int32Array.of(text.length), text].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
	});
	return Buffer.concat(parts);
}

function page(kind: number, field: number, header: Thrift, body: Uint8Array): Uint8Array {
	const size = i32(body.length);
	return Buffer.concat([thriftBytes(struct([1, i32(kind)], [2, size], [3, size], [field, header])), body]);
}

/** A column's chunk: a dictionary of all words, then pages of either kind, as writers make them whose dictionary grew too large. */
function chunkOf(leaf: Leaf, words: readonly Value[], pages: readonly Page[]): Uint8Array {
	const dictionary = page(2, 7, struct([1, i32(words.length)], [2, i32(PLAIN)]), bytesOf(leaf, words));
	const width = Math.max(1, 32 - Math.clz32(words.length - 1));
	const data = pages.map(({ coded, rows }) => {
		const present = rows.filter((row) => row !== null);
		const levels = hybridBytes(
			Int32Array.from(rows, (row) => (row === null ? 0 : 1)),
			1,
		);
		const values = coded
			? Buffer.concat([Uint8Array.of(width), hybridBytes(Int32Array.from(present), width)])
			: bytesOf(
					leaf,
					present.map((row) => words[row] as Value),
				);
		const encoding = i32(coded ? RLE_DICTIONARY : PLAIN);
		const length = new Uint8Array(Int32Array.of(levels.length).buffer);
		return page(0, 5, struct([1, i32(rows.length)], [2, encoding], [3, i32(RLE)], [4, i32(RLE)]), Buffer.concat([length, levels, values]));
	});
	return Buffer.concat([dictionary, ...data]);
}

async function read(leaf: Leaf, chunk: Uint8Array, rows: number, counts: readonly number[], lent: boolean): Promise<Value[]> {
	const file: RandomAccessFile = { size: chunk.length, read: async (offset, length) => chunk.slice(offset, offset + length) };
	const [bytes] = groupBytes(file, [{ from: 0, end: chunk.length }]);
	if (bytes === undefined) throw new Error('no chunk');
	const column = new FlatColumn(bytes, 'UNCOMPRESSED', leaf, { texts: new LeafTexts(), lent, place: 'column c' });
	const values: Value[] = [];
	for (let turn = 0; values.length < rows; turn++) {
		const count = Math.min(counts[turn % counts.length] as number, rows - values.length);
		const { vector } = await column.read(count);
		for (let row = 0; row < count; row++) values.push(valueAt(vector, row));
	}
	return values;
}

it('reads columns whose pages change between indexes and values, however many rows are asked for', async () => {
	const somePage = fc.record({ coded: fc.boolean(), rows: fc.array(fc.option(fc.nat(4), { freq: 5 }), { minLength: 1, maxLength: 150 }) });
	const someWords = fc.constantFrom<[Leaf, Value[]]>(
		[LONGS, [0, -7, 2 ** 53 - 1, 2n ** 60n, 12]],
		[LONGS, [5, 4, 3, 2, 1]],
		[TEXTS, ['', 'north', 'süd', 'east', 'a longer text than the others']],
		[TEXTS, ['a', 'b', 'c', 'd', 'e']],
	);
	await fc.assert(
		fc.asyncProperty(
			someWords,
			fc.array(somePage, { minLength: 1, maxLength: 5 }),
			fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
			fc.boolean(),
			async ([leaf, words], pages, counts, lent) => {
				const expected = pages.flatMap(({ rows }) => rows.map((row) => (row === null ? null : (words[row] as Value))));
				expect(await read(leaf, chunkOf(leaf, words, pages), expected.length, counts, lent)).toEqual(expected);
			},
		),
		{ numRuns: 300 },
	);
});

it('refuses an index that the dictionary has not, be it one of many', async () => {
	const rows = Array.from({ length: 500 }, (_, row) => (row === 321 ? 7 : row % 5));
	const chunk = chunkOf(LONGS, [1, 2, 3, 4, 5], [{ coded: true, rows }]);
	await expect(read(LONGS, chunk, rows.length, [500], true)).rejects.toThrow('a page names entry 7 of a dictionary of 5');
});

it('refuses a chunk whose last page was cut', async () => {
	const chunk = chunkOf(LONGS, [1, 2], [{ coded: false, rows: [0, 1, 0] }]);
	await expect(read(LONGS, chunk.subarray(0, chunk.length - 3), 3, [3], false)).rejects.toThrow('a page is longer than its column');
});
