import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import type { CodecFormat, DelimitedFormat, EncoderFormat } from '../../../src/data/codecs/codec.ts';
import { discoverFile } from '../../../src/data/codecs/discover.ts';
import { encoderOf, streamDecoder } from '../../../src/data/codecs/index.ts';
import { type FileBytes, openFile } from '../../../src/data/codecs/open-file.ts';
import { rowsToJson } from '../../../src/data/json.ts';
import { packVector, unpackVector } from '../../../src/data/pack.ts';
import type { Schema, Value } from '../../../src/data/types.ts';
import { zoneOffset } from '../../../src/data/zone.ts';

const csv: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: true, recordDelimiter: '\n', encoding: 'utf-8' };
const schema: Schema = [
	{ name: 'id', type: { kind: 'long' } },
	{ name: 'name', type: { kind: 'string' } },
	{ name: 'amount', type: { kind: 'decimal', precision: 20, scale: 2 } },
	{ name: 'ratio', type: { kind: 'double' } },
	{ name: 'at', type: { kind: 'datetime' } },
	{ name: 'doc', type: { kind: 'json' } },
];

function someRows(count: number): Batch {
	const builders = schema.map((field) => vectorBuilder(field.type, count));
	for (let i = 0; i < count; i++) {
		const row: Value[] = [
			i % 10 === 0 ? 2n ** 60n + BigInt(i) : i,
			i % 7 === 0 ? null : `näme "${i % 30}", 😀`,
			i * 101,
			i / 3,
			1_700_000_000_000 + i * 1000,
			`{"n":12345678901234567${i % 10}}`,
		];
		for (const [column, builder] of builders.entries()) builder.push(row[column] ?? null);
	}
	return { schema, length: count, columns: builders.map((builder) => builder.finish()) };
}

function encoded(format: EncoderFormat, batch: Batch, compression: 'none' | 'gzip'): Uint8Array {
	const encoder = encoderOf(format, schema, null, compression);
	const parts = [encoder.encode(batch).slice(), encoder.finish()];
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	bytes.set(parts[0] as Uint8Array);
	bytes.set(parts[1] as Uint8Array, (parts[0] as Uint8Array).length);
	return bytes;
}

function fileOf(bytes: Uint8Array, path: string): FileBytes {
	return {
		path,
		size: bytes.length,
		read: async (offset, length) => bytes.slice(offset, offset + length),
		stream: async (offset) => new Blob([bytes.slice(offset)]).stream(),
	};
}

async function readAll(file: FileBytes, format: CodecFormat) {
	const decoder = await openFile(file, {
		format,
		compression: 'auto',
		request: { fields: schema.map((field) => ({ ...field, source: field.name, format: null })) },
		position: null,
	});
	const rows: unknown[] = [];
	for (let next = await decoder.next(); next !== null; next = await decoder.next()) {
		for (const { batch, errors } of next.batches) {
			expect(errors).toEqual([]);
			rows.push(...rowsToJson(batch));
		}
	}
	return rows;
}

describe('inside workerd', () => {
	const batch = someRows(20_000);
	const expected = rowsToJson(batch);
	const formats: readonly (readonly [CodecFormat & EncoderFormat, string])[] = [
		[csv, 'csv'],
		[{ type: 'ndjson', baseRecord: '$', encoding: 'utf-8' } as CodecFormat & EncoderFormat, 'ndjson'],
		[{ type: 'json', baseRecord: '$', encoding: 'utf-8' } as CodecFormat & EncoderFormat, 'json'],
		[{ type: 'parquet' }, 'parquet'],
	];

	for (const [format, name] of formats) {
		for (const compression of ['none', 'gzip'] as const) {
			it(`${name} with compression ${compression} gives back the rows it was written from`, async () => {
				const inner = compression === 'gzip' && format.type !== 'parquet';
				const file = fileOf(encoded(format, batch, compression), `rows.${name}${inner ? '.gz' : ''}`);
				expect(await readAll(file, format)).toEqual(expected);
				expect((await discoverFile(file, format, 'auto')).map((field) => field.name)).toEqual(schema.map((field) => field.name));
			});
		}
	}

	it('text encodings are those of the standard', () => {
		const decode = (encoding: string, bytes: number[]) => {
			const decoder = streamDecoder({ ...csv, encoding, headerRow: false }, { fields: [{ source: 0, name: 'a', type: { kind: 'string' }, format: null }] });
			const batches = [...decoder.push(Uint8Array.from(bytes)), ...decoder.finish()];
			return batches.flatMap(({ batch: decoded }) => rowsToJson(decoded).map((row) => row['a']));
		};
		expect(decode('windows-1252', [0x80, 0x0a, 0xe9])).toEqual(['€', 'é']);
		expect(decode('shift_jis', [0x82, 0xa0])).toEqual(['あ']);
		expect(decode('utf-16le', [0xff, 0xfe, 0xac, 0x20])).toEqual(['€']);
		expect(decode('gb18030', [0xc4, 0xe3])).toEqual(['你']);
	});

	it('columns are packed and unpacked, and zones are known', () => {
		const unpacked = { ...batch, columns: batch.columns.map((column) => unpackVector(column.type, packVector(column))) };
		expect(rowsToJson(unpacked)).toEqual(expected);
		expect(zoneOffset('Europe/Berlin', Date.UTC(2024, 6, 1))).toBe(120);
	});
});
