import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecodedBatch, DecoderPosition, RandomAccessFile } from '../../../src/data/codecs/codec.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import { openParquet, parquetFields } from '../../../src/data/codecs/parquet/decoder.ts';
import { i32, i64, list, struct, text, thriftBytes } from '../../../src/data/codecs/parquet/thrift-writer.ts';
import { formatIsoDatetime, parseIsoDatetime } from '../../../src/data/datetime.ts';
import { typeName } from '../../../src/data/type-names.ts';
import type { Schema, Value } from '../../../src/data/types.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { batchOf, collected, type Decoded, exact, rowsOf, schemaOf, someValue, wanted } from './rows.ts';

const schema = schemaOf(
	'id:integer text key:long small:decimal(9,2) medium:decimal(18,4) large:decimal(38,10) ratio:double single:float yes:boolean day:date at:datetime blob:binary doc:json',
);
const someRow = fc.tuple(...schema.map((field) => fc.option(someValue(field.type), { freq: 5 })));
const someRows = fc.array(someRow as fc.Arbitrary<Value[]>, { maxLength: 40 });

let folder: string;
let duck: DuckDBConnection;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'parquet-'));
	duck = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
	duck.closeSync();
	rmSync(folder, { recursive: true });
});

function inMemory(bytes: Uint8Array): RandomAccessFile {
	return { size: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
}

async function readAll(file: RandomAccessFile, fields: Schema, batchRows = 8192): Promise<Decoded> {
	const decoder = await openParquet(file, { fields: wanted(fields), batchRows }, null);
	const batches: DecodedBatch[] = [];
	for (let next = await decoder.next(); next !== null; next = await decoder.next()) batches.push(next);
	return collected(batches);
}

/** A file as Spark and Impala wrote timestamps: one page of INT96, nanoseconds of the day and the Julian day. */
function int96File(name: string, values: readonly { readonly nanos: bigint; readonly julian: number }[]): Uint8Array {
	const data = Buffer.alloc(values.length * 12);
	for (const [index, { nanos, julian }] of values.entries()) {
		data.writeBigInt64LE(nanos, index * 12);
		data.writeInt32LE(julian, index * 12 + 8);
	}
	const [plain, rle, int96] = [i32(0), i32(3), i32(3)];
	const page = struct([1, i32(values.length)], [2, plain], [3, rle], [4, rle]);
	const header = thriftBytes(struct([1, i32(0)], [2, i32(data.length)], [3, i32(data.length)], [5, page]));
	const size = i64(header.length + data.length);
	const rows = i64(values.length);
	const chunk = struct([1, int96], [2, list('i32', [plain, rle])], [3, list('text', [text(name)])], [4, i32(0)], [5, rows], [6, size], [7, size], [9, i64(4)]);
	const column = struct([2, i64(4)], [3, chunk]);
	const group = struct([1, list('struct', [column])], [2, size], [3, rows]);
	const elements = [struct([4, text('schema')], [5, i32(1)]), struct([1, int96], [3, i32(0)], [4, text(name)])];
	const footer = thriftBytes(struct([1, i32(1)], [2, list('struct', elements)], [3, rows], [4, list('struct', [group])], [6, text('by hand')]));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(footer.length);
	return Buffer.concat([Buffer.from('PAR1'), header, data, footer, length, Buffer.from('PAR1')]);
}

function encoded(rows: readonly Value[][], groupRows: number, compression: 'none' | 'gzip', of = schema): Uint8Array<ArrayBuffer> {
	let encoder = encoderOf({ type: 'parquet' }, of, null, compression);
	const parts: Uint8Array[] = [];
	for (let from = 0; from < rows.length; from += groupRows) {
		parts.push(encoder.encode(batchOf(of, rows.slice(from, from + groupRows))));
		// Each row group is written by an encoder that knows only the state of the one before.
		encoder = encoderOf({ type: 'parquet' }, of, JSON.parse(JSON.stringify(encoder.state())), compression);
	}
	// No Buffer: its `slice` copies nothing.
	return new Uint8Array(Buffer.concat([...parts, encoder.finish()]));
}

/** Long texts that Snappy has something to find in. */
const repetitive = (rows: readonly Value[][]) =>
	rows.map((row) => row.map((value, column) => (schema[column]?.name === 'text' && typeof value === 'string' ? value.repeat(20) : value)));

interface PageAt {
	readonly column: string;
	/** In its row group, from 1. */
	readonly page: number;
	readonly group: number;
	/** Of its bytes behind the header. */
	readonly from: number;
	readonly end: number;
	readonly checksum: number | undefined;
}

/** Where the pages of a file are, by its metadata. */
function pagesOf(bytes: Uint8Array): PageAt[] {
	return parquetMetadata(bytes.slice().buffer).row_groups.flatMap(({ columns }, group) =>
		columns.flatMap(({ meta_data: chunk }) => {
			if (chunk === undefined) return [];
			const pages: PageAt[] = [];
			let from = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
			for (const end = from + Number(chunk.total_compressed_size); from < end; from = pages.at(-1)?.end ?? end) {
				const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + from), offset: 0 };
				const header = parquetHeader(reader);
				const begin = from + reader.offset;
				const place = { column: chunk.path_in_schema.join('.'), page: pages.length + 1, group: group + 1 };
				pages.push({ ...place, from: begin, end: begin + header.compressed_page_size, checksum: header.crc });
			}
			return pages;
		}),
	);
}

describe('Parquet', () => {
	it('gives back the rows it was written from, row group by row group', async () => {
		await fc.assert(
			fc.asyncProperty(
				someRows,
				fc.integer({ min: 1, max: 20 }),
				fc.constantFrom('none' as const, 'gzip' as const),
				fc.integer({ min: 1, max: 9 }),
				async (some, groupRows, compression, batchRows) => {
					const rows = repetitive(some);
					const compact = rows.map((row) =>
						row.map((value, column) => (schema[column]?.type.kind === 'json' && typeof value === 'string' ? JSON.stringify(JSON.parse(value)) : value)),
					);
					expect(await readAll(inMemory(encoded(compact, groupRows, compression)), schema, batchRows)).toEqual({
						rows: rowsOf(batchOf(schema, compact)),
						errors: [],
					});
				},
			),
			{ numRuns: 150 },
		);
	});

	it('is gone on with from the position of any batch', async () => {
		await fc.assert(
			fc.asyncProperty(someRows, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 7 }), async (rows, groupRows, batchRows) => {
				const file = inMemory(encoded(rows, groupRows, 'none'));
				const fields = wanted(schema);
				const batches: DecodedBatch[] = [];
				let position: DecoderPosition | null = null;
				for (;;) {
					const decoder = await openParquet(file, { fields, batchRows }, position);
					const next = await decoder.next();
					if (next === null) break;
					batches.push(next);
					position = JSON.parse(JSON.stringify(decoder.position())) as DecoderPosition;
				}
				expect(collected(batches)).toEqual(await readAll(file, schema));
			}),
			{ numRuns: 50 },
		);
	});

	it('is read by DuckDB as what was written', async () => {
		const rows = fc.sample(someRow as fc.Arbitrary<Value[]>, { numRuns: 500, seed: 7 });
		const path = join(folder, 'ours.parquet');
		writeFileSync(path, encoded(rows, 200, 'none'));
		const sums = await duck.runAndReadAll(
			`select count(*)::int n, sum(id)::varchar ids, sum(key)::varchar keys, max(large)::varchar larges, sum(medium)::varchar mediums, count(yes)::int as trues, sum(epoch_us("at")::hugeint)::varchar as moments, sum(day - date '1970-01-01')::varchar as days, sum(strlen(text))::varchar as texts, sum(octet_length(blob))::varchar as blobs from '${path}'`,
		);
		const column = (name: string) => rows.map((row) => row[schema.findIndex((field) => field.name === name)]).filter((value) => value !== null);
		const sum = (name: string, of: (value: Value) => bigint = (value) => BigInt(value as number)) =>
			column(name).reduce((total: bigint, value) => total + of(value as Value), 0n);
		const decimal = (unscaled: bigint, scale: number) =>
			`${unscaled < 0n ? '-' : ''}${String(unscaled < 0n ? -unscaled : unscaled)
				.padStart(scale + 1, '0')
				.replace(new RegExp(`(\\d{${scale}})$`), '.$1')}`;
		expect(sums.getRowObjectsJS()[0]).toEqual({
			n: 500,
			ids: String(sum('id')),
			keys: String(sum('key')),
			larges: decimal(
				column('large')
					.map((value) => BigInt(value as bigint))
					.sort((a, b) => (a < b ? -1 : 1))
					.at(-1) ?? 0n,
				10,
			),
			mediums: decimal(sum('medium'), 4),
			trues: column('yes').length,
			moments: String(
				sum('at', (value) => BigInt(Math.floor(value as number)) * 1000n + BigInt(Math.round(((value as number) - Math.floor(value as number)) * 1000))),
			),
			days: String(sum('day')),
			texts: String(sum('text', (value) => BigInt(Buffer.byteLength(value as string)))),
			blobs: String(sum('blob', (value) => BigInt((value as Uint8Array).length))),
		});
	});

	const query = `select i::int as id, case when i % 7 = 0 then null else 'name ' || (i % 90) end as text, i * 1234567890123 as key, (i * 1.25)::decimal(9,2) as small, (i * 123456789.5)::decimal(18,4) as medium,
		(i::decimal(38,10) * 1000000000001) as large, i / 3 as ratio, (i / 7)::float as single, i % 3 = 0 as yes, date '2000-01-01' + i::int as day, timestamp '2000-01-01' + interval (i) minute + interval 250 microsecond as at,
		('b' || i)::blob as blob, {'a': i, 'list': [i, null], 'inner': {'when': timestamp '2024-01-01'}} as doc, uuid() as token, ('12:00:' || lpad((i % 60)::varchar, 2, '0'))::time as time, i::utinyint % 9 as tiny, i::ubigint as big, (i * 1000)::timestamp_ms as ms
		from range(0, 20000) t(i)`;

	const codecs = { V1: ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'], V2: ['uncompressed', 'snappy'] };
	for (const [version, names] of Object.entries(codecs)) {
		for (const codec of names) {
			it(`reads what DuckDB writes as ${version} with ${codec}`, async () => {
				const path = join(folder, `${version}-${codec}.parquet`);
				const columns = `select * exclude (token, ms, tiny) from (${query})`;
				await duck.run(`copy (${columns}) to '${path}' (format parquet, compression ${codec}, parquet_version ${version}, row_group_size 6000)`);
				const file = inMemory(readFileSync(path));
				const fields = await parquetFields(file);
				expect(fields.map((field) => `${field.name}:${typeName(field.type)}`).join(' ')).toBe(
					'id:integer text:string key:long small:decimal(9,2) medium:decimal(18,4) large:decimal(38,10) ratio:double single:float yes:boolean day:date at:datetime blob:binary doc:json time:string big:decimal(20,0)',
				);
				const { rows, errors } = await readAll(file, fields);
				expect(errors).toEqual([]);
				expect(rows.length).toBe(20_000);
				for (const i of [0, 1, 6999, 7000, 19_999]) {
					expect(rows[i]).toEqual([
						i,
						i % 7 === 0 ? null : `name ${i % 90}`,
						exact(BigInt(i) * 1_234_567_890_123n),
						Math.round(i * 125),
						exact(BigInt(i) * 1_234_567_895_000n),
						exact(BigInt(i) * 1_000_000_000_001n * 10_000_000_000n),
						i / 3,
						Math.fround(i / 7),
						i % 3 === 0,
						10_957 + i,
						[946_684_800_000 + i * 60_000 + 0.25, 0],
						new TextEncoder().encode(`b${i}`),
						JSON.stringify({ a: i, list: [i, null], inner: { when: '2024-01-01T00:00:00Z' } }),
						`12:00:${String(i % 60).padStart(2, '0')}`,
						i,
					]);
				}
			});
		}
	}

	it('reads columns of a row group that lie near each other by one request, and not what is between others', async () => {
		const path = join(folder, 'near.parquet');
		// Of two row groups; only `wide` has more than 64 kB in each.
		const query = "select i % 50 as a, i % 7 as b, hash(i)::varchar || hash(-i)::varchar as wide, i % 11 as c, 'g' || i % 5 as d from range(0, 20000) t(i)";
		await duck.run(`copy (${query}) to '${path}' (format parquet, compression uncompressed, row_group_size 10240)`);
		const bytes = readFileSync(path);
		const reads = async (names: string) => {
			const asked: number[] = [];
			const file: RandomAccessFile = {
				size: bytes.length,
				async read(offset, length) {
					asked.push(length);
					return inMemory(bytes).read(offset, length);
				},
			};
			const fields = (await parquetFields(inMemory(bytes))).filter(({ name }) => names.includes(name));
			const { rows } = await readAll(file, fields);
			expect(rows.length).toBe(20_000);
			const expected = await duck.runAndReadAll(`select ${names.replaceAll(' ', ', ')} from '${path}'`);
			expect(rows.map((row) => row.map(String))).toEqual(expected.getRows().map((row) => row.map(String)));
			// The end of the file has the metadata.
			return asked.slice(1);
		};
		expect((await reads('a b')).length).toBe(2);
		expect((await reads('c d')).length).toBe(2);
		expect((await reads('a b wide c d')).length).toBe(2);
		// What is between them is not read.
		const apart = await reads('a b c d');
		expect(apart.length).toBe(4);
		expect(Math.max(...apart)).toBeLessThan(65_536);
	});

	it('reads columns as other types where no value is lost, and tells the rows where one would be', async () => {
		const path = join(folder, 'types.parquet');
		await duck.run(
			`copy (select i as n, (i / 2)::double as half, i::varchar as text, date '2024-01-01' + i::int as day from range(0, 3) t(i)) to '${path}' (format parquet)`,
		);
		const fields = schemaOf('n half:integer text:long day:datetime');
		const { rows, errors } = await readAll(inMemory(readFileSync(path)), fields);
		expect(rows).toEqual([
			['0', 0, 0, [Date.UTC(2024, 0, 1), 0]],
			['1', null, 1, [Date.UTC(2024, 0, 2), 0]],
			['2', 1, 2, [Date.UTC(2024, 0, 3), 0]],
		]);
		expect(errors).toEqual([
			{
				row: 0,
				record: 2,
				field: 'half',
				value: '0.5',
				class: 'parse_error',
				message: '"0.5" is not of type integer: expected a whole number from -2147483648 to 2147483647',
			},
		]);
	});

	it('tells nanoseconds that a datetime cannot hold, and reads those that are whole microseconds', async () => {
		const path = join(folder, 'nanos.parquet');
		await duck.run(`copy (select make_timestamp_ns(x) as at from (values (1700000000123456789), (1700000000123456000)) t(x)) to '${path}' (format parquet)`);
		const { rows, errors } = await readAll(inMemory(readFileSync(path)), schemaOf('at:datetime'));
		expect(rows).toEqual([[[null, 0]], [[1_700_000_000_123.456, 0]]]);
		expect(errors.map((error) => [error.record, error.field, error.class])).toEqual([[1, 'at', 'parse_error']]);
		expect(errors[0]?.message).toContain('the type string keeps all digits');
	});

	it('reads moments in nanoseconds with all digits as texts, and cut to microseconds where a format says so', async () => {
		const path = join(folder, 'nanos-as-texts.parquet');
		await duck.run(`copy (select make_timestamp_ns(x) as at from (values (1700000000123456789), (-1), (0)) t(x)) to '${path}' (format parquet)`);
		const file = inMemory(readFileSync(path));
		expect((await readAll(file, schemaOf('at'))).rows).toEqual([
			['2023-11-14T22:13:20.123456789Z'],
			['1969-12-31T23:59:59.999999999Z'],
			['1970-01-01T00:00:00.000000000Z'],
		]);
		const format = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSX";
		const fields = [{ source: 'at', name: 'at', type: { kind: 'datetime' } as const, format }];
		const cut = await (await openParquet(file, { fields }, null)).next();
		expect(cut?.errors).toEqual([]);
		const moments = collected([cut as DecodedBatch]).rows.map(([at]) => formatIsoDatetime((at as [number, number])[0]));
		expect(moments).toEqual(['2023-11-14T22:13:20.123456Z', '1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00Z']);
	});

	it('reads the INT96 timestamps of Spark and Impala as DuckDB does', async () => {
		const moments = [
			'1969-12-31 23:59:59.999999',
			'1970-01-01 00:00:00',
			'2024-02-29 12:34:56.789012',
			'1582-10-15 00:00:00',
			'9999-12-31 23:59:59',
			'0001-01-01 00:00:00',
		];
		const values = moments.map((text) => {
			const [day = '', time = ''] = text.split(' ');
			const [hour, minute, second, micros = '0'] = time.split(/[:.]/);
			const nanos = (BigInt(hour ?? 0) * 3600n + BigInt(minute ?? 0) * 60n + BigInt(second ?? 0)) * 1_000_000_000n + BigInt(micros) * 1000n;
			return { nanos, julian: Date.parse(`${day}T00:00:00Z`) / 86_400_000 + 2_440_588 };
		});
		const path = join(folder, 'int96.parquet');
		writeFileSync(path, int96File('at', values));
		const ours = await readAll(inMemory(readFileSync(path)), schemaOf('at:datetime'));
		expect(ours.errors).toEqual([]);
		const theirs = (await duck.runAndReadAll(`select strftime("at", '%Y-%m-%d %H:%M:%S.%f') from '${path}'`)).getRows().map(([text]) => String(text));
		expect(theirs).toEqual(moments.map((text) => (text.includes('.') ? text : `${text}.000000`)));
		const asText = (await readAll(inMemory(readFileSync(path)), schemaOf('at'))).rows.map(([text]) => String(text));
		expect(asText).toEqual(theirs.map((text) => `${text.replace(' ', 'T')}000Z`));
		expect(ours.rows.map(([at]) => formatIsoDatetime((at as [number, number])[0]))).toEqual(
			theirs.map((text) => formatIsoDatetime(parseIsoDatetime(text)?.ms ?? Number.NaN)),
		);
	});

	it('has a checksum in each page that it writes, and refuses a page whose bytes have another', async () => {
		const words = schemaOf('word n:long');
		const rows: Value[][] = Array.from({ length: 400 }, (_, row) => [['north', 'south', 'east'][row % 3] as string, row * row]);
		const whole = encoded(rows, 200, 'none', words);
		expect((await readAll(inMemory(whole), words)).rows).toEqual(rows);
		const pages = pagesOf(whole);
		expect(pages.map(({ column, page, group }) => `${column} ${page} ${group}`)).toEqual(['word 1 1', 'word 2 1', 'n 1 1', 'word 1 2', 'word 2 2', 'n 1 2']);
		for (const { from, end, checksum } of pages) expect(checksum).toBe(crc32(whole.subarray(from, end)) | 0);
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...pages), fc.nat(), fc.nat(7), async ({ column, page, group, from, end, checksum }, place, bit) => {
				const damaged = whole.slice();
				const at = from + (place % (end - from));
				damaged[at] = (damaged[at] as number) ^ (1 << bit);
				const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
				const found = hex(crc32(damaged.subarray(from, end)));
				await expect(readAll(inMemory(damaged), words)).rejects.toThrow(
					`the Parquet file cannot be read: page ${page} of column ${column} in row group ${group} is damaged: its checksum is ${found} where its header says ${hex(checksum as number)}`,
				);
			}),
			{ numRuns: 100 },
		);
	});

	it('refuses what is not Parquet, or was cut, with an error that says so', async () => {
		const whole = encoded([schema.map(() => null)], 1, 'none');
		const refusal = async (bytes: Uint8Array) => {
			try {
				await parquetFields(inMemory(bytes));
				await readAll(inMemory(bytes), schema);
				return 'was read';
			} catch (error) {
				expect(error).toBeInstanceOf(AppError);
				return (error as AppError).message;
			}
		};
		expect(await refusal(new TextEncoder().encode('a,b\n1,2\n'))).toBe('the file has only 8 bytes, it is not Parquet');
		expect(await refusal(new TextEncoder().encode('a,b\n1,2\n3,4\n5,6\n'))).toBe('the file does not end in PAR1, it is not Parquet');
		await fc.assert(
			fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
				const damaged = whole.slice();
				damaged[at] = byte;
				// Read or refused with a sentence: never a crash of another kind.
				expect(typeof (await refusal(damaged))).toBe('string');
			}),
			{ numRuns: 600 },
		);
	});
});
