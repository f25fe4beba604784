import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedBatch, DecoderPosition, DelimitedFormat } from '../../../src/data/codecs/codec.ts';
import { CompressedBytes } from '../../../src/data/codecs/compression/compressed-bytes.ts';
import { type Compression, compressionIn, compressionOf, uncompressedName } from '../../../src/data/codecs/compression/index.ts';
import { discoverFile } from '../../../src/data/codecs/discover.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import { type FileBytes, openFile } from '../../../src/data/codecs/open-file.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { batchOf, collected, schemaOf, wanted } from './rows.ts';
import { zipOf } from './xlsx.ts';

const format: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: true, recordDelimiter: '\n', encoding: 'utf-8' };
const schema = schemaOf('id:integer text');
const rows = Array.from({ length: 40_000 }, (_, i) => [i, `text ${i % 10}`]);
const csv = (() => {
	const encoder = encoderOf(format, schema);
	return Buffer.concat([encoder.encode(batchOf(schema, rows)).slice(), encoder.finish()]);
})();

function inMemory(bytes: Uint8Array, path: string, chunk = 50_000): FileBytes {
	return {
		path,
		size: bytes.length,
		read: async (offset, length) => bytes.slice(offset, offset + length),
		async stream(offset) {
			let at = offset;
			return new ReadableStream<Uint8Array>({
				pull(controller) {
					if (at >= bytes.length) controller.close();
					else controller.enqueue(new Uint8Array(bytes.subarray(at, at + chunk)));
					at += chunk;
				},
			});
		},
	};
}

/** Reads a file; with `restarting` it is begun anew from the position after every batch. */
async function readAll(file: FileBytes, restarting: boolean) {
	const batches: DecodedBatch[] = [];
	let position: DecoderPosition | null = null;
	let furthest = 0;
	for (let restarts = 0; ; restarts++) {
		const decoder = await openFile(file, { format, compression: 'auto', request: { fields: wanted(schema), batchRows: 3000 }, position });
		for (let given = 0; given === 0 || !restarting; ) {
			const next = await decoder.next();
			if (next === null) return { ...collected(batches), restarts, furthest };
			batches.push(...next.batches);
			given += next.batches.length;
		}
		position = JSON.parse(JSON.stringify(decoder.position())) as DecoderPosition;
		furthest = Math.max(furthest, position.byteOffset);
		decoder.close();
	}
}

function inflated(compression: Compression, bytes: Uint8Array, cuts: readonly number[]): Uint8Array {
	const source = new CompressedBytes(compression, null);
	const out: Uint8Array[] = [];
	let from = 0;
	for (const cut of [...cuts].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)) {
		source.push(bytes.subarray(from, cut));
		from = cut;
		for (let piece = source.next(false); piece !== null; piece = source.next(false)) out.push(piece);
	}
	source.push(bytes.subarray(from));
	for (let piece = source.next(true); piece !== null; piece = source.next(true)) out.push(piece);
	return new Uint8Array(Buffer.concat(out));
}

/** Long enough that the decompression is gone on with in the middle, many times. */
const longRows = Array.from({ length: 4 }, () => rows).flat();
const longCsv = Buffer.concat([csv, ...Array.from({ length: 3 }, () => csv.subarray('id,text\n'.length))]);
const third = Math.floor(longCsv.length / 3);
const members = Buffer.concat([
	gzipSync(longCsv.subarray(0, third)),
	gzipSync(longCsv.subarray(third, third * 2), { level: 1 }),
	gzipSync(longCsv.subarray(third * 2), { level: 0 }),
	Buffer.alloc(512),
]);

describe('compressed files', () => {
	const files: Readonly<Record<string, readonly [FileBytes, typeof rows]>> = {
		gzip: [inMemory(gzipSync(longCsv), 'a.csv.gz'), longRows],
		'gzip of several members, padded': [inMemory(members, 'a.csv.GZ'), longRows],
		zip: [inMemory(zipOf({ 'folder/': '', '__MACOSX/._a.csv': 'x', 'folder/a.csv': longCsv }), 'a.zip'), longRows],
		'zip whose sizes stand behind the data': [inMemory(zipOf({ 'a.csv': longCsv }, { described: true }), 'a.zip'), longRows],
		'gzip, which its name does not tell': [inMemory(gzipSync(longCsv), 'a.csv', 1), longRows],
		'zip without compression': [inMemory(zipOf({ 'a.csv': longCsv }, { stored: true }), 'a.zip'), longRows],
		// The same rows, by `bzip2 -1`: six blocks.
		bzip2: [inMemory(readFileSync(join(import.meta.dirname, 'fixtures/rows.csv.bz2')), 'rows.csv.bz2', 20_000), rows],
		nothing: [inMemory(csv, 'a.csv'), rows],
	};

	for (const [name, [file, content]] of Object.entries(files)) {
		it(`of ${name} are read, at once and gone on with after every batch`, async () => {
			const expected = content.map((row) => row.join());
			const joined = (decoded: { rows: unknown[][] }) => decoded.rows.map((row) => row.join());
			const whole = await readAll(file, false);
			expect(whole.errors).toEqual([]);
			expect(joined(whole)).toEqual(expected);
			const resumed = await readAll(file, true);
			expect(joined(resumed)).toEqual(expected);
			expect(resumed.restarts).toBeGreaterThan(1);
			expect(resumed.furthest).toBeGreaterThan(file.size / 4);
			expect((await discoverFile(file, format, 'auto')).map((field) => `${field.name}:${field.type.kind}`)).toEqual(['id:integer', 'text:string']);
		});
	}

	it('give the same bytes however they are cut', () => {
		const some = fc.oneof(
			fc.uint8Array({ maxLength: 3000 }),
			fc.array(fc.constantFrom('abc', 'abcd', 'x', '0123456789'), { maxLength: 3000 }).map((parts) => new TextEncoder().encode(parts.join(''))),
		);
		fc.assert(
			fc.property(some, fc.integer({ min: 0, max: 9 }), fc.array(fc.nat(5000), { maxLength: 20 }), fc.boolean(), (content, level, cuts, described) => {
				const zipped = new Uint8Array(gzipSync(content, { level }));
				expect(inflated('gzip', zipped, cuts)).toEqual(content);
				expect(inflated('zip', zipOf({ 'a.txt': content }, { described }), cuts)).toEqual(content);
			}),
			{ numRuns: 200 },
		);
	});

	it('of bzip2 may be empty, short, all alike, or several in one', () => {
		const bzip2 = (base64: string) => new TextDecoder().decode(inflated('bzip2', Buffer.from(base64, 'base64'), [3, 20]));
		expect(bzip2('QlpoORdyRThQkAAAAAA=')).toBe('');
		expect(bzip2('QlpoOTFBWSZTWRkxZT0AAACBAAJEoAAhmmgzTQczi7kinChIDJiynoA=')).toBe('hello');
		expect(bzip2('QlpoOTFBWSZTWUncT2MAAAGBAaAAAIAACCAAIKptQZi6g8XckU4UJBJ3E9jA')).toBe('a'.repeat(1000));
		expect(bzip2('QlpoOTFBWSZTWXgTwIIAAAHBAAAQAgGgACGaaDNNDLxdyRThQkHgTwIIQlpoOTFBWSZTWS63GtcAAAFBgAAQAACEgCAAIZpoM00HPF3JFOFCQLrca1w=')).toBe('one\ntwo\n');
	});

	it('that are damaged or cut are refused with a sentence, or read as they were', () => {
		const content = new TextEncoder().encode('id,text\n1,one\n2,two\n'.repeat(50));
		const originals: readonly (readonly [Compression, Uint8Array])[] = [
			['gzip', new Uint8Array(gzipSync(content))],
			['zip', zipOf({ 'a.csv': content })],
			['bzip2', new Uint8Array(Buffer.from('QlpoOTFBWSZTWUncT2MAAAGBAaAAAIAACCAAIKptQZi6g8XckU4UJBJ3E9jA', 'base64'))],
		];
		fc.assert(
			fc.property(fc.constantFrom(...originals), fc.nat(2000), fc.nat(255), fc.boolean(), ([compression, original], place, byte, cut) => {
				const at = place % original.length;
				const damaged = original.slice(0, cut ? at : original.length);
				if (!cut) damaged[at] = byte;
				try {
					const read = inflated(compression, damaged, []);
					const whole = inflated(compression, original, []);
					// Names, dates and the like are not covered by a checksum.
					if (!(cut && at === 0)) expect(read).toEqual(whole);
				} catch (error) {
					expect(error).toBeInstanceOf(AppError);
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('that grow as no data does are refused before they fill memory', () => {
		const bomb = gzipSync(Buffer.alloc(100 * 2 ** 20));
		expect(() => inflated('gzip', bomb, [])).toThrow('the compressed file grows more than 250 times when it is decompressed, as no real data does');
	});

	it('of several data files that are read front to back, or with a password, are refused by name', () => {
		expect(() => inflated('zip', zipOf({ 'a.csv': 'a', 'b.csv': 'b' }), [])).toThrow('the zip archive holds several files: a.csv, b.csv');
		expect(() => inflated('zip', zipOf({ '.hidden': 'a' }), [])).toThrow('the zip archive has no data file in it');
		const encrypted = zipOf({ 'a.csv': 'a' });
		encrypted[6] = 1;
		expect(() => inflated('zip', encrypted, [])).toThrow('a.csv in the zip archive is encrypted');
	});

	it('of sizes in 64 bits, as programs write that do not know them before, are read', () => {
		const name = Buffer.from('a.csv');
		const data = Buffer.from('a\n1\n');
		const header = Buffer.alloc(30);
		header.writeUInt32LE(0x04034b50, 0);
		header.writeUInt32LE(crc32(data), 14);
		header.writeUInt32LE(0xffffffff, 18);
		header.writeUInt32LE(0xffffffff, 22);
		header.writeUInt16LE(name.length, 26);
		header.writeUInt16LE(20, 28);
		const extra = Buffer.alloc(20);
		extra.writeUInt16LE(1, 0);
		extra.writeUInt16LE(16, 2);
		extra.writeBigUInt64LE(BigInt(data.length), 4);
		extra.writeBigUInt64LE(BigInt(data.length), 12);
		const end = Buffer.alloc(22);
		end.writeUInt32LE(0x06054b50, 0);
		expect(inflated('zip', Buffer.concat([header, name, extra, data, end]), [3, 20, 40])).toEqual(new Uint8Array(data));
	});

	it('of another kind than is said, or of none, are told so', () => {
		for (const kind of ['gzip', 'bzip2', 'zip'] as const)
			expect(() => inflated(kind, new TextEncoder().encode('id,name\n1,a\n2,b\n'), [])).toThrow(`the file is not compressed with ${kind}`);
	});

	it('are known by their first bytes', () => {
		const bzip2 = Buffer.from('QlpoOTFBWSZTWUncT2MAAAGBAaAAAIAACCAAIKptQZi6g8XckU4UJBJ3E9jA', 'base64');
		const empty = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64');
		const texts = ['BZh9 is a word', 'PK', ''].map((text) => new TextEncoder().encode(text));
		expect([gzipSync('x'), bzip2, empty, zipOf({ a: 'x' }), ...texts].map(compressionIn)).toEqual(['gzip', 'bzip2', 'bzip2', 'zip', null, null, null]);
	});

	it('are known by their extension unless it is said', () => {
		expect([
			compressionOf('auto', 'x/a.csv.gz'),
			compressionOf('auto', 'a.BZ2'),
			compressionOf('auto', 'a.csv'),
			compressionOf('none', 'a.gz'),
			compressionOf('zip', 'a'),
		]).toEqual(['gzip', 'bzip2', null, null, 'zip']);
		expect([uncompressedName('a/b.csv.gz'), uncompressedName('b.csv')]).toEqual(['a/b.csv', 'b.csv']);
	});

	it('that are damaged are not read on when columns are looked for', async () => {
		let cancelled = false;
		const stream = new ReadableStream<Uint8Array>({
			pull: (controller) => controller.enqueue(Buffer.concat([gzipSync('a,b\n').subarray(0, 10), Buffer.alloc(1000, 0xff)])),
			cancel: () => {
				cancelled = true;
			},
		});
		const file: FileBytes = { path: 'a.csv.gz', size: 1e9, stream: async () => stream, read: async () => new Uint8Array(0) };
		await expect(discoverFile(file, format, 'auto')).rejects.toMatchObject({ code: 'invalid_input' });
		expect(cancelled).toBe(true);
	});

	it('are written so that parts can be joined, by encoders that know only the state of the one before', () => {
		let encoder = encoderOf(format, schema, null, 'gzip');
		const parts: Uint8Array[] = [];
		for (let from = 0; from < 100; from += 30) {
			parts.push(encoder.encode(batchOf(schema, rows.slice(from, Math.min(100, from + 30)))));
			encoder = encoderOf(format, schema, JSON.parse(JSON.stringify(encoder.state())), 'gzip');
		}
		const text = new TextDecoder().decode(inflated('gzip', new Uint8Array(Buffer.concat([...parts, encoder.finish()])), []));
		expect(text).toBe(`${csv.toString().split('\n').slice(0, 101).join('\n')}\n`);
	});
});
