import { describe, expect, it } from 'vitest';
import type { DelimitedFormat } from '../../../src/data/codecs/codec.ts';
import { discoverFields } from '../../../src/data/codecs/discover.ts';
import { encoderOf, streamDecoder } from '../../../src/data/codecs/index.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { batchOf, collected, decodeAll, schemaOf, wanted } from './rows.ts';

const csv: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: true, recordDelimiter: '\n', encoding: 'utf-8' };
const fields = wanted(schemaOf('id:integer name amount:decimal(6,2)'));

function refusal(work: () => unknown): AppError {
	try {
		work();
	} catch (error) {
		if (error instanceof AppError) return error;
		throw error;
	}
	throw new Error('nothing was refused');
}

const inEncoding = (...pieces: (string | number)[]) =>
	new Uint8Array(pieces.flatMap((piece) => (typeof piece === 'number' ? [piece] : [...new TextEncoder().encode(piece)])));

describe('delimited text that is not as it should be', () => {
	it('tells values of another type, ragged rows and text behind quotes by row, and goes on', () => {
		const { rows, errors } = decodeAll(
			csv,
			{ fields },
			'id,name,amount\n1,a,1.5\nx,b,2\n3,c\n4,d,4,more\n\n5,"e"f,5\n2147483648,g,12345.67\n7,"h ""i""",0.001\n',
		);
		expect(rows).toEqual([
			[1, 'a', 150],
			[null, 'b', 200],
			[3, 'c', null],
			[4, 'd', 400],
			[5, null, 500],
			[null, 'g', null],
			[7, 'h "i"', null],
		]);
		expect(errors.map((error) => [error.record, error.field, error.class, error.value, error.message])).toEqual([
			[2, 'id', 'parse_error', 'x', '"x" is not of type integer: expected a whole number from -2147483648 to 2147483647'],
			[3, null, 'too_few_columns', null, 'the record has 2 fields where 3 are expected'],
			[4, null, 'too_many_columns', null, 'the record has 4 fields where 3 are expected'],
			[5, 'name', 'parse_error', '"e"f', '"\\"e\\"f" has text behind its closing quote'],
			[6, 'id', 'parse_error', '2147483648', '"2147483648" is not of type integer: expected a whole number from -2147483648 to 2147483647'],
			[6, 'amount', 'parse_error', '12345.67', '"12345.67" is not of type decimal(6,2): expected a number of at most 6 digits, 2 of them behind the point'],
			[7, 'amount', 'parse_error', '0.001', '"0.001" is not of type decimal(6,2): expected a number of at most 6 digits, 2 of them behind the point'],
		]);
	});

	it('tells apart what is null and what is empty', () => {
		const { rows, errors } = decodeAll(csv, { fields }, 'id,name,amount\n,,\n"","",""\n');
		expect({ rows, errors }).toEqual({
			rows: [
				[null, null, null],
				[null, '', null],
			],
			errors: [],
		});
	});

	it('tells bytes that are not of the encoding by row, whichever bytes are around', () => {
		const bytes = inEncoding('id,name,amount\n1,caf', 0xc3, 0xa9, ',1\n2,caf', 0xe9, ',2\n3,plain,3\n');
		const { rows, errors } = decodeAll(csv, { fields }, bytes);
		expect(rows.map((row) => row[1])).toEqual(['café', null, 'plain']);
		expect(errors).toEqual([{ row: 0, record: 2, field: 'name', value: 'caf\ufffd', class: 'parse_error', message: '"caf\ufffd" is not utf-8' }]);
	});

	it.each([
		['latin1', [0xe9], 'é'],
		['windows-1252', [0x80], '€'],
		['windows-1251', [0xd0, 0xf3, 0xf1], 'Рус'],
		['iso-8859-15', [0xa4], '€'],
		['shift_jis', [0x82, 0xa0, 0x83, 0x5c], 'あソ'],
		['gbk', [0xc4, 0xe3, 0xba, 0xc3], '你好'],
		['big5', [0xa7, 0x41], '你'],
		['euc-kr', [0xc7, 0xd1], '한'],
	])('reads %s as it is', (encoding, bytes, text) => {
		const format = { ...csv, encoding };
		expect(decodeAll(format, { fields }, inEncoding('id,name,amount\n1,', ...bytes, ',1\n2,"', ...bytes, ' ""x""",2\n')).rows.map((row) => row[1])).toEqual([
			text,
			`${text} "x"`,
		]);
	});

	it.each(['utf-16le', 'utf-16be'])('reads %s with its mark, and goes on in the middle of it', (encoding) => {
		const text = '\ufeffid,name,amount\r\n1,é€😀,1\r\n2,"a\r\nb",2\r\n3,c,3\r\n';
		const units = new Uint8Array(text.length * 2);
		for (let i = 0; i < text.length; i++) new DataView(units.buffer).setUint16(i * 2, text.charCodeAt(i), encoding === 'utf-16le');
		const request = { fields, batchRows: 1 };
		const expected = [
			[1, 'é€😀', 100],
			[2, 'a\r\nb', 200],
			[3, 'c', 300],
		];
		expect(decodeAll({ ...csv, encoding }, request, units).rows).toEqual(expected);
		const first = streamDecoder({ ...csv, encoding }, request);
		const given = first.push(units.slice(0, 61)).length;
		const position = first.position();
		expect(position.recordNumber).toBe(given + 1);
		const second = streamDecoder({ ...csv, encoding }, request, position);
		const rest = [...second.push(units.slice(position.byteOffset)), ...second.finish()];
		expect(given + rest.length).toBe(3);
		expect(rest.map(({ firstRecord }) => firstRecord)).toEqual([1, 2, 3].slice(given));
		expect(discoverFields({ ...csv, encoding }, units, true).map(({ name }) => name)).toEqual(['id', 'name', 'amount']);
	});

	it('takes the byte order of UTF-16 from the mark of the file, also where it goes on', () => {
		const units = Uint8Array.from(Buffer.from('\ufeffid,name,amount\n1,é€,1\n2,b,2\n', 'utf16le').swap16());
		const format = { ...csv, encoding: 'utf-16' };
		const expected = [
			[1, 'é€', 100],
			[2, 'b', 200],
		];
		expect(decodeAll(format, { fields }, units).rows).toEqual(expected);
		expect(discoverFields(format, units, true).map(({ name }) => name)).toEqual(['id', 'name', 'amount']);
		const request = { fields, batchRows: 1 };
		const first = streamDecoder(format, request);
		expect([first.push(units.slice(0, 1)), first.push(units.slice(1, 2)), first.position().byteOffset]).toEqual([[], [], 0]);
		const given = [...first.push(units.slice(2, 50)), ...first.flush()];
		const position = JSON.parse(JSON.stringify(first.position()));
		const second = streamDecoder(format, request, position);
		const rest = [...second.push(units.slice(position.byteOffset)), ...second.finish()];
		expect([given.length, collected([...given, ...rest]).rows]).toEqual([1, expected]);
		expect(refusal(() => decodeAll(format, { fields }, '\ufeffid\n1\n'))).toMatchObject({
			message: 'the file begins with the byte order mark of utf-8, it is not UTF-16',
			hint: 'Set char_encoding to utf-8.',
		});
	});

	it('names the encoding of a file that says itself that it is UTF-16', () => {
		expect(refusal(() => discoverFields(csv, Uint8Array.of(0xfe, 0xff, 0, 0x69), true)).hint).toBe('Set char_encoding to utf-16be.');
		expect(refusal(() => decodeAll(csv, { fields }, Uint8Array.of(0xff, 0xfe, 0x69, 0)))).toMatchObject({
			message: 'the file begins with the byte order mark of utf-16le, it is not UTF-8',
			hint: 'Set char_encoding to utf-16le.',
		});
		const json = { type: 'json', baseRecord: '$', encoding: 'utf-8' } as const;
		expect(refusal(() => decodeAll(json, { fields }, Uint8Array.of(0xff, 0xfe, 0x5b, 0)))).toMatchObject({
			message: 'the file begins with the byte order mark of utf-16le, it is not UTF-8',
			hint: 'Set char_encoding to utf-16le.',
		});
		expect(refusal(() => streamDecoder({ ...csv, encoding: 'utf-9' }, { fields }))).toMatchObject({ message: 'the encoding "utf-9" is not known' });
		expect(refusal(() => streamDecoder({ ...csv, encoding: 'shift_jis', delimiter: '|' }, { fields }))).toMatchObject({
			message: 'the delimiter "|" cannot be looked for in a file of encoding shift_jis',
		});
	});

	it('drops the mark of UTF-8, keeps NULs, takes every line end', () => {
		expect(decodeAll(csv, { fields }, '\ufeffid,name,amount\r\n1,a\0b,1\r2,"c\rd",2\n3,\ufeffe,3').rows).toEqual([
			[1, 'a\0b', 100],
			[2, 'c\rd', 200],
			[3, '\ufeffe', 300],
		]);
	});

	it('refuses a header without a wanted column, and names the nearest', () => {
		const error = refusal(() => decodeAll(csv, { fields }, 'id,names,amount\n1,a,1\n'));
		expect([error.message, error.hint]).toEqual(['the file has no column "name"', 'Did you mean "names"? Its columns are "id", "names", "amount".']);
	});

	it('refuses a wanted name that stands in the header twice, but not one that is not wanted', () => {
		const error = refusal(() => decodeAll(csv, { fields }, 'id,name,name,amount\n1,a,b,1\n'));
		expect([error.message, error.hint]).toEqual([
			'the header names the column "name" 2 times, at positions 2, 3',
			'Rename the columns in the file, or give the fields by position with header_row false.',
		]);
		expect(decodeAll(csv, { fields: wanted(schemaOf('id:integer')) }, 'id,name,name\n1,a,b\n').rows).toEqual([[1]]);
		expect(refusal(() => discoverFields(csv, new TextEncoder().encode('a,b,a\n'), true)).message).toBe(
			'the header names the column "a" 2 times, at positions 1, 3',
		);
	});

	it('names columns without a name by their position', () => {
		expect(discoverFields(csv, new TextEncoder().encode('a,, ,order\n1,2,3,4\n'), true).map(({ name }) => name)).toEqual([
			'a',
			'column_2',
			'column_3',
			'order',
		]);
		expect(decodeAll(csv, { fields: wanted(schemaOf('column_2:integer')) }, 'a,,b\n1,2,3\n').rows).toEqual([[2]]);
	});

	it('refuses a quote that is never closed, naming where it was opened', () => {
		const error = refusal(() => decodeAll(csv, { fields }, 'id,name,amount\n1,a,1\n2,"b,2\n3,c,3\n'));
		expect(error.message).toBe('a quote opened in record 2 is not closed before the end of the file');
	});

	it('refuses a record that is too large, in bounded memory', () => {
		const decoder = streamDecoder(csv, { fields });
		decoder.push(new TextEncoder().encode('id,name,amount\n1,a,1\n2,"'));
		const chunk = new Uint8Array(1_000_000).fill(97);
		let chunks = 0;
		const error = refusal(() => {
			for (; chunks < 100; chunks++) decoder.push(chunk);
		});
		expect([error.code, error.message, error.hint]).toEqual([
			'limit',
			'record 2 is larger than 8388608 bytes',
			'It is inside quotes there: look for a quote that is never closed, or set another quote.',
		]);
		expect(chunks).toBeLessThan(20);
	});

	it('reads 10,000 columns, and refuses 30,000 as a wrong delimiter', () => {
		const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
		const text = `${names.join(',')}\n${'1,'.repeat(9_999)}1\n`.concat(`${'2,'.repeat(9_999)}2\n`);
		expect(discoverFields(csv, new TextEncoder().encode(text), true).length).toBe(10_000);
		const { rows, errors } = decodeAll(csv, { fields: wanted(names.map((name) => ({ name, type: { kind: 'integer' } }))) }, text);
		expect([rows.length, errors.length, rows[1]?.every((value) => value === 2)]).toEqual([2, 0, true]);
		expect(refusal(() => decodeAll(csv, { fields }, ','.repeat(30_000))).message).toBe('the first record has 30001 fields, more than 20000');
	});

	it('without records, or without anything, gives no rows', () => {
		expect(decodeAll(csv, { fields }, 'id,name,amount\n').rows).toEqual([]);
		expect(decodeAll(csv, { fields }, 'id,name,amount').rows).toEqual([]);
		expect(decodeAll(csv, { fields }, '').rows).toEqual([]);
		expect(decodeAll(csv, { fields }, '\n\n\n').rows).toEqual([]);
		expect(discoverFields(csv, new Uint8Array(0), true)).toEqual([]);
	});

	it('may have any signs, lines of any end, or one record a file', () => {
		const dialect: DelimitedFormat = { ...csv, delimiter: '||', quote: "'", escape: '\\', recordDelimiter: '~', headerRow: false };
		const byPosition = wanted(schemaOf('a b'), 'position');
		expect(decodeAll(dialect, { fields: byPosition }, "1||'it\\'s || ~ here'~2||x|y").rows).toEqual([
			['1', "it's || ~ here"],
			['2', 'x|y'],
		]);
		expect(decodeAll({ ...csv, headerRow: false, recordDelimiter: 'end_of_file', quote: '' }, { fields: byPosition }, 'a\nb,c"d\n').rows).toEqual([
			['a\nb', 'c"d\n'],
		]);
		expect(refusal(() => streamDecoder({ ...csv, quote: ',' }, { fields })).message).toBe('quote and delimiter are both ","');
	});

	it('without a header tells rows with fewer fields than the fields reach', () => {
		const { rows, errors } = decodeAll({ ...csv, headerRow: false }, { fields: wanted(schemaOf('a b c'), 'position') }, '1,2\n1,2,3\n');
		expect(rows).toEqual([
			['1', '2', null],
			['1', '2', '3'],
		]);
		expect(errors.map((error) => [error.record, error.class])).toEqual([[1, 'too_few_columns']]);
	});

	it('is not written where quoting is off and a value needs it', () => {
		const schema = schemaOf('id:integer name');
		const encoder = encoderOf({ ...csv, quote: '' }, schema);
		expect(refusal(() => encoder.encode(batchOf(schema, [[1, 'a,b']]))).message).toBe(
			'the value "a,b" of "name" has a delimiter or a line end in it, and quoting is off',
		);
	});
});
