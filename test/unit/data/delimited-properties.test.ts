import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DelimitedFormat } from '../../../src/data/codecs/codec.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import type { Value } from '../../../src/data/types.ts';
import { batchOf, decodeAll, decodeInPieces, decodeResuming, rowsOf, schemaOf, someCuts, somePieces, someValue, wanted } from './rows.ts';

const schema = schemaOf('id:integer text key:long amount:decimal(30,4) ratio:double small:float yes:boolean day:date at:datetime blob:binary doc:json last');
const someRow = fc.tuple(...schema.map((field) => fc.option(someValue(field.type), { freq: 5 })));
const someRows = fc.array(someRow as fc.Arbitrary<Value[]>, { maxLength: 12 });
const someFormat: fc.Arbitrary<DelimitedFormat> = fc.record({
	type: fc.constant('delimited' as const),
	delimiter: fc.constantFrom(',', '\t', ';', '|', '||', '§', '-'),
	quote: fc.constantFrom('"', "'", 'þ'),
	escape: fc.constantFrom('', '\\', '^'),
	headerRow: fc.boolean(),
	recordDelimiter: fc.constantFrom('\n', '\r\n', '\u001e', '#\n'),
	encoding: fc.constant('utf-8'),
});

function encoded(format: DelimitedFormat, columns: typeof schema, rows: readonly Value[][]): Uint8Array {
	const encoder = encoderOf(format, columns);
	return Uint8Array.from([...encoder.encode(batchOf(columns, rows)), ...encoder.finish()]);
}

describe('delimited text', () => {
	it('gives back the rows it was written from, in every dialect', () => {
		fc.assert(
			fc.property(someFormat, someRows, (format, rows) => {
				const decoded = decodeAll(format, { fields: wanted(schema, format.headerRow ? 'name' : 'position') }, encoded(format, schema, rows));
				expect(decoded).toEqual({ rows: rowsOf(batchOf(schema, rows)), errors: [] });
			}),
			{ numRuns: 300 },
		);
	});

	it('gives back a column of nulls and texts alone in its file', () => {
		const single = schemaOf('text');
		const format: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: true, recordDelimiter: '\n', encoding: 'utf-8' };
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.option(someValue({ kind: 'string' }), { freq: 2 }))), (rows) => {
				expect(decodeAll(format, { fields: wanted(single) }, encoded(format, single, rows))).toEqual({ rows, errors: [] });
			}),
		);
	});

	it('gives the same rows however the bytes are cut', () => {
		fc.assert(
			fc.property(someFormat, someRows, someCuts, fc.integer({ min: 1, max: 5 }), (format, rows, cuts, batchRows) => {
				const bytes = encoded(format, schema, rows);
				const fields = wanted(schema, format.headerRow ? 'name' : 'position');
				expect(decodeInPieces(format, { fields, batchRows }, bytes, cuts)).toEqual(decodeAll(format, { fields }, bytes));
			}),
			{ numRuns: 200 },
		);
	});

	it('gives the same rows when it is left anywhere and gone on with', () => {
		fc.assert(
			fc.property(someFormat, someRows, somePieces, fc.integer({ min: 1, max: 5 }), (format, rows, pieces, batchRows) => {
				const bytes = encoded(format, schema, rows);
				const fields = wanted(schema, format.headerRow ? 'name' : 'position');
				expect(decodeResuming(format, { fields, batchRows }, bytes, pieces)).toEqual(decodeAll(format, { fields }, bytes));
			}),
			{ numRuns: 200 },
		);
	});

	it('reads any bytes alike in pieces, resumed and at once, faulty records too', () => {
		const some = fc
			.array(fc.constantFrom(',', '"', '\n', '\r', '\r\n', 'a', '1', '""', ' ', '€', 'a,1,b\n', '"x",2,y\r\n'), { maxLength: 60 })
			.map((parts) => parts.join(''));
		const format: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: false, recordDelimiter: '\n', encoding: 'utf-8' };
		const fields = wanted(schemaOf('a b:integer c'), 'position');
		const outcome = (decode: () => unknown) => {
			try {
				return decode();
			} catch (error) {
				return String(error);
			}
		};
		fc.assert(
			fc.property(some, someCuts, somePieces, (text, cuts, pieces) => {
				const bytes = new TextEncoder().encode(text);
				const whole = outcome(() => decodeAll(format, { fields }, bytes));
				expect(outcome(() => decodeInPieces(format, { fields }, bytes, cuts))).toEqual(whole);
				expect(outcome(() => decodeResuming(format, { fields, batchRows: 2 }, bytes, pieces))).toEqual(whole);
			}),
			{ numRuns: 500 },
		);
	});
});
