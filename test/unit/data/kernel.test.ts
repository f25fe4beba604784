import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { DecodeRequest, DelimitedFormat } from '../../../src/data/codecs/codec.ts';
import { HybridReader } from '../../../src/data/codecs/parquet/hybrid.ts';
import { kernel, useKernel } from '../../../src/data/kernel/kernel.ts';
import { trueRows } from '../../../src/data/true-rows.ts';
import { compileKernel } from '../../support/kernel.ts';
import { KERNEL_FILE, kernelModule } from '../../support/use-kernel.ts';
import { decodeAll, decodeInPieces, decodeResuming, schemaOf, someCuts, somePieces, wanted } from './rows.ts';

const module = kernelModule();
afterAll(() => useKernel(module));

const csv: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: false, recordDelimiter: '\n', encoding: 'utf-8' };
const someFormat = fc.record({
	type: fc.constant('delimited' as const),
	delimiter: fc.constantFrom(',', '\t', ';'),
	quote: fc.constantFrom('"', "'", ''),
	escape: fc.constantFrom('', '', '\\'),
	headerRow: fc.constant(false),
	recordDelimiter: fc.constant('\n'),
	encoding: fc.constantFrom('utf-8', 'windows-1252'),
});

const PIECES = [',', ',', ',', '"', '"', '""', "'", '\\', ';', '\t', '\n', '\n', '\r', '\r\n', 'a', ' ', '0', '€', '\0', '-', '.'];
const WHOLES = [
	'0',
	'-0',
	'7',
	'123456789',
	'1234567890',
	'-2147483648',
	'2147483648',
	'9007199254740993',
	'999999999999999',
	'+5',
	'1e3',
	'1.',
	'.5',
	'00012',
];
const DOUBLES = ['1.5', '-0.0', '123456789012.345', '1234567890123456', '0.1', '12.', '.12', '1.23456789012345', '-', '1.2.3', 'NaN', 'Infinity', '3.4e38'];
const DATES = ['2024-02-29', '2023-02-29', '0001-01-01', '9999-12-31', '0000-01-01', '2024-1-1', '2024-13-01', '1970-01-01', '2024-01-31T12:30:00'];
const TIMES = ['2024-01-31T12:30:00Z', '2024-01-31 12:30:00.123', '2024-01-31T12:30:00+02:00', '2024-01-31T24:00:00', '2024-01-31T12:30:00.1234', '2024-01-31'];
const TEXTS = ['north', '"order 1, ""express"""', '"a\nb"', '""', '"x"y', 'x"y', 'a long text that is more than sixteen bytes, or so it looks', 'żółw'];
const LONG = ['x'.repeat(70), `"${'y'.repeat(130)}"`, `"${'""'.repeat(40)}"`, ','.repeat(70)];
const somePiece = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom(...PIECES) },
	{ weight: 2, arbitrary: fc.constantFrom(...WHOLES, ...DOUBLES, ...DATES, ...TIMES, ...TEXTS) },
	{ weight: 1, arbitrary: fc.constantFrom(...LONG) },
);
const someBytes = fc.array(somePiece, { maxLength: 120 }).map((pieces) => new TextEncoder().encode(pieces.join('')));
const someTypes = fc.constantFrom(
	'string',
	'integer',
	'long',
	'double',
	'float',
	'decimal(18,3)',
	'decimal(38,0)',
	'decimal(4,4)',
	'date',
	'datetime',
	'boolean',
);
const someFields = fc.array(someTypes, { minLength: 1, maxLength: 4 }).map((types) => schemaOf(types.map((name, at) => `c${at}:${name}`).join(' ')));

/** The outcome with the kernel and without. */
function both(decode: () => unknown): { readonly quick: unknown; readonly plain: unknown } {
	const outcome = () => {
		try {
			return decode();
		} catch (error) {
			return String(error);
		}
	};
	useKernel(module);
	expect(kernel()).not.toBeNull();
	const quick = outcome();
	useKernel(null);
	return { quick, plain: outcome() };
}

describe('the kernel', () => {
	test('is what its sources compile to: npm run kernel', async () => {
		expect(Buffer.from(await compileKernel()).equals(readFileSync(KERNEL_FILE))).toBe(true);
	});

	test('reads any bytes as the code that it stands in for, cut and left at any place', () => {
		fc.assert(
			fc.property(
				someFormat,
				someFields,
				someBytes,
				someCuts,
				somePieces,
				fc.integer({ min: 1, max: 80 }),
				(format, schema, bytes, cuts, pieces, batchRows) => {
					const request: DecodeRequest = { fields: wanted(schema, 'position'), batchRows };
					for (const decode of [
						() => decodeAll(format, request, bytes),
						() => decodeInPieces(format, request, bytes, cuts),
						() => decodeResuming(format, request, bytes, pieces),
					]) {
						const { quick, plain } = both(decode);
						expect(quick).toEqual(plain);
					}
				},
			),
			{ numRuns: 400 },
		);
	});

	test('reads columns of every type as the code that it stands in for', () => {
		const schema = schemaOf('a:integer b:long c:double d:float e:decimal(18,3) f:date g:datetime h');
		const someValue = fc.constantFrom('', '', ...WHOLES, ...DOUBLES, ...DATES, ...TIMES, ...TEXTS);
		const someNumber = fc.oneof(
			someValue,
			fc.double().map(String),
			fc.integer().map(String),
			fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
		);
		const someRow = fc.array(someNumber, { minLength: 7, maxLength: 9 }).map((values) => values.join(','));
		fc.assert(
			fc.property(fc.array(someRow, { minLength: 1, maxLength: 100 }), (rows) => {
				const bytes = new TextEncoder().encode(`${'0,'.repeat(7)}0\n${rows.join('\n')}`);
				const { quick, plain } = both(() => decodeAll(csv, { fields: wanted(schema, 'position') }, bytes));
				expect(quick).toEqual(plain);
			}),
			{ numRuns: 200 },
		);
	});

	test('leaves a record larger than its memory to the code that it stands in for', () => {
		const row = (size: number) => `1,"${'x'.repeat(size)}",2\n`;
		const text = [row(10), row(1_400_000), row(20), row(1_200_000), row(300_000), row(5)].join('');
		const { quick, plain } = both(() => decodeAll(csv, { fields: wanted(schemaOf('a:integer b c:integer'), 'position') }, new TextEncoder().encode(text)));
		expect(quick).toEqual(plain);
	});

	test('holds the block of one file at a time: another may be read in between', () => {
		const lines = Array.from({ length: 3000 }, (_, row) => `${row},text ${row % 700},"quoted ""${row}"""\n`);
		const bytes = new TextEncoder().encode(lines.join(''));
		const other = new TextEncoder().encode('9,8,7\n'.repeat(500));
		const request: DecodeRequest = { fields: wanted(schemaOf('a:integer b c'), 'position') };
		const { quick, plain } = both(() =>
			decodeInPieces(csv, request, bytes, [70_000, 90_000], () => {
				decodeAll(csv, request, other);
			}),
		);
		expect(quick).toEqual(plain);
	});

	test('unpacks integers of every width as the code that it stands in for, wherever reading stops and the bytes end', () => {
		const someRun = fc.record({ packed: fc.boolean(), size: fc.integer({ min: 1, max: 600 }) });
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 32 }),
				fc.array(someRun, { minLength: 1, maxLength: 4 }),
				fc.infiniteStream(fc.nat(255)),
				fc.nat(9),
				(width, runs, random, cut) => {
					const header = (value: number) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);
					const some = (count: number) => [...random.take(count)];
					const written = runs.flatMap(({ packed, size }) =>
						packed ? [...header((((size + 7) >> 3) << 1) | 1), ...some(((size + 7) >> 3) * width)] : [...header(size << 1), ...some((width + 7) >> 3)],
					);
					const bytes = Uint8Array.from(written).subarray(0, Math.max(3, written.length - cut));
					const count = runs.reduce((sum, { packed, size }) => sum + (packed ? ((size + 7) >> 3) << 3 : size), 0);
					const { quick, plain } = both(() => {
						const reader = new HybridReader(bytes, 0, width);
						const first = new Int32Array(Math.floor(count / 3));
						const rest = new Int32Array(count - first.length - 1);
						const largest = [reader.read(first, first.length), reader.read(rest, rest.length)];
						const real = [first, rest].map((values) => values.reduce((most, value) => Math.max(most, value >>> 0), 0));
						expect(largest).toEqual(real);
						return [first, rest];
					});
					expect(quick).toEqual(plain);
				},
			),
			{ numRuns: 300 },
		);
	});

	test('tells which rows conditions are true for as the code that it stands in for, nulls among them', () => {
		const someColumn = (length: number) =>
			fc.record({
				truths: fc.array(fc.nat(1), { minLength: 2, maxLength: 300 }).map((all) => Uint8Array.from(all)),
				indexes: fc.array(fc.nat(1000), { minLength: length, maxLength: length }),
				nulls: fc.option(
					fc.array(fc.nat(1), { minLength: length, maxLength: length }).map((all) => Uint8Array.from(all)),
					{ nil: null },
				),
			});
		const someColumns = fc.integer({ min: 0, max: 200 }).chain((length) => fc.array(someColumn(length), { minLength: 1, maxLength: 3 }));
		fc.assert(
			fc.property(someColumns, (columns) => {
				const conditions = columns.map(({ truths, indexes, nulls }) => ({
					truths,
					nulls,
					indexes: Int32Array.from(indexes, (index) => index % (truths.length - 1)),
				}));
				const length = columns[0]?.indexes.length ?? 0;
				const isTrue = (row: number) =>
					conditions.every(({ truths, indexes, nulls }) => truths[nulls?.[row] === 1 ? truths.length - 1 : (indexes[row] as number)] === 1);
				const { quick, plain } = both(() => {
					const rows = new Uint32Array(length);
					return [...rows.subarray(0, trueRows(conditions, length, rows))];
				});
				expect(quick).toEqual(Array.from({ length }, (_, row) => row).filter(isTrue));
				expect(plain).toEqual(quick);
			}),
			{ numRuns: 300 },
		);
	});
});
