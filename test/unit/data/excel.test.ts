import { describe, expect, it } from 'vitest';
import type { DecodedBatch, ExcelFormat } from '../../../src/data/codecs/codec.ts';
import { excelFields, openExcel } from '../../../src/data/codecs/excel/decoder.ts';
import { typeName } from '../../../src/data/type-names.ts';
import type { Schema } from '../../../src/data/types.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { collected, schemaOf, wanted } from './rows.ts';
import { workbookOf, zipOf } from './xlsx.ts';

const format: ExcelFormat = { type: 'excel', sheet: null, headerRow: true };
const file = (bytes: Uint8Array) => ({ size: bytes.length, read: async (offset: number, length: number) => bytes.slice(offset, offset + length) });

async function readAll(bytes: Uint8Array, fields: Schema, options: Partial<ExcelFormat> & { batchRows?: number } = {}) {
	const request = { fields: wanted(fields, options.headerRow === false ? 'position' : 'name'), batchRows: options.batchRows ?? 8192 };
	const batches: DecodedBatch[] = [];
	let position = null;
	for (;;) {
		// A new decoder for each batch: positions are tried on the way.
		const decoder = await openExcel(file(bytes), { ...format, ...options }, request, position);
		const next = await decoder.next();
		if (next === null) return collected(batches);
		batches.push(next);
		position = decoder.position();
	}
}

const orders = workbookOf(
	{
		Orders: [
			'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>when</t></is></c><c r="D1" t="str"><v>paid</v></c><c r="E1" t="str"><v>at</v></c></row>',
			'<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>2</v></c><c r="C2" s="1"><v>45322</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" s="2"><v>45322.520833333336</v></c></row>',
			'<row r="3" ht="12"/>',
			'<row r="4"><c r="A4" s="3"><v>2.5</v></c><c r="C4" s="1"><v>1</v></c><c r="D4" t="b"><v>0</v></c></row>',
			'<row r="5"><c r="A5"><f>0.1+0.2</f><v>0.30000000000000004</v></c><c r="B5" t="s"><v>3</v></c><c r="E5" s="2"><v>45323.25</v></c></row>',
		].join(''),
		Empty: '',
	},
	{
		shared: [
			'<t>number</t>',
			'<t>name</t>',
			'<r><t>Ann</t></r><r><rPr/><t xml:space="preserve"> &amp; Bob</t></r><rPh><t>アン</t></rPh>',
			'<t>line_x000D_end</t>',
		],
	},
);

describe('workbooks', () => {
	it('have columns by the header of a sheet, of the narrowest types', async () => {
		const fields = await excelFields(file(orders), format);
		expect(fields.map((field) => `${field.name}:${typeName(field.type)}`).join(' ')).toBe('number:double name:string when:date paid:boolean at:datetime');
	});

	it('give numbers, shared and inline texts, booleans and dates; empty rows are no records', async () => {
		expect(await readAll(orders, schemaOf('number:double name when:date paid:boolean at:datetime'), { batchRows: 1 })).toEqual({
			rows: [
				[1, 'Ann & Bob', 19_753, true, [Date.UTC(2024, 0, 31, 12, 30), 0]],
				[2.5, null, -25_567, false, [null, 0]],
				[0.30000000000000004, 'line\rend', null, null, [Date.UTC(2024, 1, 1, 6), 0]],
			],
			errors: [],
		});
	});

	it('give what a spreadsheet shows where text or decimals are wanted, and tell what does not fit', async () => {
		const { rows, errors } = await readAll(orders, schemaOf('number:decimal(6,2) when at paid:integer'));
		expect(rows).toEqual([
			[100, '2024-01-31', '2024-01-31T12:30:00', null],
			[250, '1900-01-01', null, null],
			[30, null, '2024-02-01T06:00:00', null],
		]);
		expect(errors.map((error) => [error.record, error.field, error.value])).toEqual([
			[1, 'paid', 'true'],
			[2, 'paid', 'false'],
		]);
	});

	it('give whole numbers digit for digit, also those that a double does not hold', async () => {
		const ids = workbookOf({ A: '<row><c><v>9007199254740993</v></c><c><v>1234567890123456</v></c></row>' });
		expect(await readAll(ids, schemaOf('a:long b:string'), { headerRow: false })).toEqual({ rows: [[9007199254740993n, '1234567890123456']], errors: [] });
		expect((await readAll(ids, schemaOf('a:decimal(20,0) b:json'), { headerRow: false })).rows).toEqual([[9007199254740993n, '1234567890123456']]);
	});

	it('count days from 1904 where the workbook does', async () => {
		const old = workbookOf({ A: '<row><c s="1"><v>0</v></c></row>' }, { date1904: true });
		expect((await readAll(old, schemaOf('d:date'), { headerRow: false })).rows).toEqual([[-24_107]]);
	});

	it('have a length of time that no clock shows as the number that it is', async () => {
		const rows = '<row><c s="1"><v>1e300</v></c><c s="1"><v>-1e12</v></c></row>';
		const parts = { 'xl/styles.xml': '<styleSheet><cellXfs><xf/><xf numFmtId="46"/></cellXfs></styleSheet>' };
		const times = workbookOf({ A: rows }, { parts });
		expect((await readAll(times, schemaOf('a b'), { headerRow: false })).rows).toEqual([['1e+300', '-1000000000000']]);
	});

	it('without a header have their columns by position, also where cells do not say theirs', async () => {
		const bare = workbookOf({ A: '<row><c><v>1</v></c><c t="str"><v>x</v></c></row><row><c r="B2" t="e"><v>#DIV/0!</v></c></row>' });
		expect((await excelFields(file(bare), { ...format, headerRow: false })).map((field) => [field.source, field.name, field.type.kind])).toEqual([
			[0, 'column_1', 'integer'],
			[1, 'column_2', 'string'],
		]);
		expect((await readAll(bare, schemaOf('a:integer b'), { headerRow: false })).rows).toEqual([
			[1, 'x'],
			[null, '#DIV/0!'],
		]);
	});

	it('with an empty sheet have no rows, whatever is wanted of them', async () => {
		expect(await readAll(orders, schemaOf('number'), { sheet: 'Empty' })).toEqual({ rows: [], errors: [] });
	});

	it('refuse a sheet that is not there, naming those that are', async () => {
		await expect(readAll(orders, schemaOf('number'), { sheet: 'Order' })).rejects.toMatchObject({
			message: 'the workbook has no sheet "Order"',
			hint: 'Did you mean "Orders"? Its sheets are "Orders", "Empty".',
		});
	});

	it('refuse old, binary and foreign files with what to do', async () => {
		await expect(readAll(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), schemaOf('a'))).rejects.toMatchObject({
			message: 'the file is an .xls workbook of before 2007, or protected by a password',
		});
		await expect(readAll(zipOf({ 'xl/workbook.bin': 'x' }), schemaOf('a'))).rejects.toMatchObject({ message: 'the workbook is binary (.xlsb)' });
		await expect(readAll(new TextEncoder().encode('a,b\n1,2'), schemaOf('a'))).rejects.toMatchObject({ message: 'the file is not an .xlsx workbook' });
	});

	it('show lengths of time in hours past the day, and give the days as numbers', async () => {
		const styles = (code: string) =>
			`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="${code}"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>`;
		const rows =
			'<row><c s="1"><v>1.5208333333333333</v></c><c s="2"><v>-0.25</v></c></row><row><c s="1"><v>0.000011574074074</v></c><c s="2"><v>100</v></c></row>';
		const times = workbookOf({ A: rows }, { parts: { 'xl/styles.xml': styles('[h]:mm') } });
		expect((await readAll(times, schemaOf('a b'), { headerRow: false })).rows).toEqual([
			['36:30:00', '-6:00:00'],
			['0:00:01', '2400:00:00'],
		]);
		expect((await readAll(times, schemaOf('a:double b:double'), { headerRow: false })).rows).toEqual([
			[1.5208333333333333, -0.25],
			[0.000011574074074, 100],
		]);
		expect((await excelFields(file(times), { ...format, headerRow: false })).map(({ type }) => type.kind)).toEqual(['string', 'string']);
		expect((await readAll(times, schemaOf('a:datetime b:date'), { headerRow: false })).errors).toHaveLength(4);
	});

	const many = (text: string) => text.repeat(Math.floor(2_000_000 / text.length));
	const workbook = 'xl/workbook.xml';
	const shared = 'xl/sharedStrings.xml';
	const doctype = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>';
	const one = '<row><c t="s"><v>0</v></c></row>';
	it.each([
		['sheets without end', one, { [workbook]: many('<sheet ') }, 'the workbook has no sheet'],
		['styles without end', one, { 'xl/styles.xml': many('<cellXfs ') }, 'a cell has the text 0 of 0'],
		['number formats of brackets', one, { 'xl/styles.xml': `<numFmt numFmtId="1" formatCode="${many('[')}"/>` }, 'a cell has the text 0 of 0'],
		['readings without end', one, { [shared]: `<si>${many('<rPh ')}</si>` }, ''],
		['texts without end', one, { [shared]: `<si>${many('<t ')}</si>` }, ''],
		['cells without end', `<row>${many('<c>')}</row>`, {}, 'a cell of the sheet has no end'],
		['values without end', `<row><c>${many('<v ')}</c></row>`, {}, ''],
		['a row without end', many('<row><c>'), {}, 'a row of the workbook has no end'],
		['entities that are made of entities', one, { [shared]: `${doctype}<sst><si><t>&lol2;</t></si></sst>` }, 'a document type'],
		['a document type in the workbook', one, { [workbook]: `${doctype}<workbook/>` }, 'a document type'],
		['too many texts', one, { [shared]: `<sst uniqueCount="99999999">${'<si/>'.repeat(1_100_000)}</sst>` }, 'more text than can be read'],
		['columns past XFD', `<row>${'<c/>'.repeat(16_384)}<c><v>1</v></c></row>`, {}, 'more than 16384 columns'],
		['a column past XFD', '<row><c r="ZZZ1"><v>1</v></c></row>', {}, 'more than 16384 columns'],
		['relations in a circle', one, { 'xl/_rels/workbook.xml.rels': '<Relationship Id="rId1" Target="workbook.xml"/>' }, 'is no sheet with cells'],
		['relations out of the workbook', one, { 'xl/_rels/workbook.xml.rels': '<Relationship Id="rId1" Target="../../etc/passwd"/>' }, 'the workbook has no part'],
		['no relations', one, { 'xl/_rels/workbook.xml.rels': null }, 'the workbook has no part'],
		['no sheet', one, { 'xl/worksheets/sheet1.xml': null }, 'the workbook has no part'],
		['no shared texts', one, { [shared]: null }, 'a cell has the text 0 of 0'],
	])('with %s are refused or read at once', async (_, sheet, parts: Record<string, string | null>, said) => {
		const bytes = workbookOf({ A: sheet }, { parts, stored: true });
		const outcome = await readAll(bytes, schemaOf('a'), { headerRow: false }).then(
			() => '',
			(error: unknown) => (error instanceof AppError ? error.message : Promise.reject(error)),
		);
		expect(outcome).toContain(said);
		expect(outcome === '').toBe(said === '');
	});

	it('are read by the places of their cells, however many are empty and in whichever order they stand', async () => {
		const empty = '<row><c r="A1" s="1"/><c r="B1" s="1"></c></row>'.repeat(100_000);
		const rows = `${empty}<row><c r="C3"><v>3</v></c><c r="A3"><v>1</v></c></row><row r="1"><c r="XFD4"><v>9</v></c></row>`;
		const sparse = workbookOf({ A: rows }, { stored: true });
		expect((await readAll(sparse, schemaOf('a:integer b:integer c:integer'), { headerRow: false })).rows).toEqual([
			[1, null, 3],
			[null, null, null],
		]);
		const decoder = await openExcel(file(sparse), { ...format, headerRow: false }, { fields: wanted(schemaOf('a:integer'), 'position') }, null);
		// Whoever reads can stop among empty rows too.
		expect((await decoder.next())?.batch.length).toBe(0);
	});

	it('refuse a part that is made to fill memory', async () => {
		const bomb = workbookOf({ A: `<row><c t="str"><v>${'0'.repeat(20_000_000)}</v></c></row>` });
		await expect(readAll(bomb, schemaOf('a'), { headerRow: false })).rejects.toMatchObject({ code: 'limit' });
	});
});
