import { AppError } from '../../../lib/errors.ts';
import { BATCH_ROWS } from '../../batch.ts';
import { type VectorBuilder, vectorBuilder } from '../../builder.ts';
import { dateFormat } from '../../date-format.ts';
import { typeInferrer } from '../../infer.ts';
import { notOfType } from '../../json.ts';
import type { DataType, Schema } from '../../types.ts';
import type {
	DecodedBatch,
	DecodeRequest,
	DecoderPosition,
	DiscoveredField,
	ExcelFormat,
	PagedDecoder,
	RandomAccessFile,
	RecordError,
	WantedField,
} from '../codec.ts';
import { columnPositions, headerNames, refuseDuplicates } from '../header.ts';
import { type Cell, cellsOf, cellText, pushCell } from './cell.ts';
import { elements } from './element-stream.ts';
import { openWorkbook, type Workbook } from './workbook.ts';
import { attribute, startTags } from './xml.ts';

type Row = ReadonlyMap<number, Cell>;

/** Rows looked at for types. */
const SAMPLE_ROWS = 1_000;
/** Values of a batch, and cells of a sample, at most. */
const BATCH_VALUES = 262_144;
/** So many empty rows in a row are told, so that nobody waits for all of them. */
const BLANK_ROWS = 16_384;

const BLANK: Row = new Map();

/** The rows of a sheet that are not empty; the header, where there is one, apart. */
class Sheet {
	header: string[] | null = null;
	/** From the sheet's own word; 0 where it gives none. */
	rows = 0;
	/** Rows of its text that were read, empty ones too. */
	read = 0;
	/** So many of them were given before. */
	given = 0;
	readonly #rows: AsyncGenerator<Row>;

	constructor(workbook: Workbook) {
		this.#rows = this.#read(workbook);
	}

	/** The next row, or `BLANK` for many empty ones; null at the end. */
	async next(): Promise<Row | null> {
		const { value, done } = await this.#rows.next();
		return done ? null : value;
	}

	/** The next row with something in it. */
	async filled(): Promise<Row | null> {
		let row = await this.next();
		while (row === BLANK) row = await this.next();
		return row;
	}

	async readHeader(): Promise<void> {
		const first = await this.filled();
		this.header =
			first === null
				? []
				: headerNames(Array.from({ length: Math.max(-1, ...first.keys()) + 1 }, (_, column) => cellText(first.get(column) ?? { kind: 'text', text: '' })));
		this.rows = Math.max(0, this.rows - 1);
	}

	async *#read(workbook: Workbook): AsyncGenerator<Row> {
		const head = (xml: string) => {
			const [dimension] = startTags(xml, 'dimension');
			this.rows = Number(/\d+$/.exec(attribute(dimension ?? '', 'ref') ?? '')?.[0] ?? 0);
		};
		let blank = 0;
		for await (const { inside } of elements(sheetBytes(workbook), 'row', head)) {
			if (++this.read <= this.given) continue;
			const cells = cellsOf(inside, workbook);
			if (cells.size > 0) yield cells;
			else if (++blank % BLANK_ROWS === 0) yield BLANK;
		}
	}
}

/** A sheet's part, which must be one: relations may lead anywhere. */
async function* sheetBytes({ archive, sheetPart }: Workbook): AsyncGenerator<Uint8Array> {
	const decoder = new TextDecoder('latin1');
	let tail: string | null = '';
	for await (const piece of archive.read(sheetPart)) {
		if (tail !== null) {
			const text: string = tail + decoder.decode(piece);
			tail = text.includes('sheetData') ? null : text.slice(-8);
		}
		yield piece;
	}
	if (tail === null) return;
	throw new AppError('invalid_input', `${sheetPart} is no sheet with cells`, {
		hint: 'Name another sheet, or save the workbook again in a spreadsheet program.',
	});
}

/** The columns of a sheet, by its header or position, of the narrowest types its first rows allow. */
export async function excelFields(file: RandomAccessFile, format: ExcelFormat): Promise<DiscoveredField[]> {
	const sheet = new Sheet(await openWorkbook(file, format.sheet));
	if (format.headerRow) await sheet.readHeader();
	const rows: Row[] = [];
	let cells = 0;
	for (let row = await sheet.filled(); row !== null && rows.length < SAMPLE_ROWS && cells < BATCH_VALUES; row = await sheet.filled()) {
		rows.push(row);
		cells += row.size;
	}
	const width = rows.reduce((most, row) => Math.max(most, ...row.keys()), -1) + 1;
	const names = sheet.header ?? Array.from({ length: width }, (_, column) => `column_${column + 1}`);
	refuseDuplicates(names);
	return names.map((name, column) => ({ source: format.headerRow ? name : column, name, type: typeOf(rows.flatMap((row) => row.get(column) ?? [])) }));
}

function typeOf(cells: readonly Cell[]): DataType {
	const [first] = cells;
	if (first === undefined || cells.some((cell) => cell.kind !== first.kind)) return { kind: 'string' };
	if (first.kind === 'boolean') return { kind: 'boolean' };
	if (first.kind === 'text' || first.kind === 'error' || first.kind === 'elapsed') return { kind: 'string' };
	const inferrer = typeInferrer();
	for (const cell of cells) inferrer.add(cellText(cell));
	return inferrer.type();
}

export async function openExcel(file: RandomAccessFile, format: ExcelFormat, request: DecodeRequest, position: DecoderPosition | null): Promise<PagedDecoder> {
	const sheet = new Sheet(await openWorkbook(file, format.sheet));
	if (format.headerRow) await sheet.readHeader();
	// Rows have no places in a sheet's text: those before are passed over.
	sheet.given = ((position?.state ?? null) as { rows: number } | null)?.rows ?? 0;
	return new ExcelDecoder(sheet, request, position?.recordNumber ?? 1);
}

class ExcelDecoder implements PagedDecoder {
	readonly #sheet: Sheet;
	readonly #fields: readonly WantedField[];
	readonly #positions: readonly number[];
	readonly #schema: Schema;
	readonly #batchRows: number;
	#record: number;

	constructor(sheet: Sheet, request: DecodeRequest, record: number) {
		this.#record = record;
		this.#sheet = sheet;
		this.#fields = request.fields;
		// An empty sheet has no columns, and no rows that would miss them.
		this.#positions = sheet.header?.length === 0 ? request.fields.map(() => 0) : columnPositions(request.fields, sheet.header);
		this.#schema = request.fields.map(({ name, type }) => ({ name, type }));
		this.#batchRows = Math.max(1, Math.min(request.batchRows ?? BATCH_ROWS, Math.floor(BATCH_VALUES / Math.max(1, request.fields.length))));
		for (const { format } of request.fields) if (format !== null) dateFormat(format);
	}

	/** An empty sheet has no header either. */
	get columns(): readonly string[] | null {
		const { header } = this.#sheet;
		return header?.length === 0 ? null : header;
	}

	get rows(): number {
		return this.#sheet.rows;
	}

	position(): DecoderPosition {
		return { byteOffset: 0, recordNumber: this.#record, state: { rows: this.#sheet.read } };
	}

	async next(): Promise<DecodedBatch | null> {
		const builders = this.#fields.map(({ type }) => vectorBuilder(type, 1024));
		const errors: RecordError[] = [];
		let length = 0;
		let ended = false;
		while (length < this.#batchRows) {
			const row = await this.#sheet.next();
			if (row === null) {
				ended = true;
				break;
			}
			if (row === BLANK) break;
			this.#push(row, builders, length, errors);
			length++;
		}
		if (length === 0 && ended) return null;
		const firstRecord = this.#record;
		this.#record += length;
		return { batch: { schema: this.#schema, length, columns: builders.map((builder) => builder.finish()) }, firstRecord, errors };
	}

	#push(cells: Row, builders: readonly VectorBuilder[], row: number, errors: RecordError[]): void {
		this.#fields.forEach((field, index) => {
			const builder = builders[index] as VectorBuilder;
			const cell = cells.get(this.#positions[index] as number);
			if (cell === undefined) {
				builder.push(null);
				return;
			}
			if (pushCell(builder, cell, field.format)) return;
			builder.push(null);
			const value = cellText(cell).slice(0, 1000);
			const shown = JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
			errors.push({ row, record: this.#record + row, field: field.name, value, class: 'parse_error', message: notOfType(field.type, shown, field.format) });
		});
	}
}
