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
/** Values of a batch at most. */
const BATCH_VALUES = 262_144;

/** The rows of a sheet that are not empty; the header, where there is one, apart. */
class Sheet {
	header: string[] | null = null;
	/** From the sheet's own word; 0 where it gives none. */
	rows = 0;
	readonly #rows: AsyncGenerator<Row>;

	constructor(workbook: Workbook) {
		this.#rows = this.#read(workbook);
	}

	async next(): Promise<Row | null> {
		const { value, done } = await this.#rows.next();
		return done ? null : value;
	}

	async readHeader(): Promise<void> {
		const first = await this.next();
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
		for await (const { inside } of elements(workbook.archive.read(workbook.sheetPart), 'row', head)) {
			const cells = cellsOf(inside, workbook);
			if (cells.size > 0) yield cells;
		}
	}
}

/** The columns of a sheet, by its header or position, of the narrowest types its first rows allow. */
export async function excelFields(file: RandomAccessFile, format: ExcelFormat): Promise<DiscoveredField[]> {
	const sheet = new Sheet(await openWorkbook(file, format.sheet));
	if (format.headerRow) await sheet.readHeader();
	const rows: Row[] = [];
	for (let row = await sheet.next(); row !== null && rows.length < SAMPLE_ROWS; row = await sheet.next()) rows.push(row);
	const width = rows.reduce((most, row) => Math.max(most, ...row.keys()), -1) + 1;
	const names = sheet.header ?? Array.from({ length: width }, (_, column) => `column_${column + 1}`);
	refuseDuplicates(names);
	return names.map((name, column) => ({ source: format.headerRow ? name : column, name, type: typeOf(rows.flatMap((row) => row.get(column) ?? [])) }));
}

function typeOf(cells: readonly Cell[]): DataType {
	const [first] = cells;
	if (first === undefined || cells.some((cell) => cell.kind !== first.kind)) return { kind: 'string' };
	if (first.kind === 'boolean') return { kind: 'boolean' };
	if (first.kind === 'text' || first.kind === 'error') return { kind: 'string' };
	const inferrer = typeInferrer();
	for (const cell of cells) inferrer.add(cellText(cell));
	return inferrer.type();
}

export async function openExcel(file: RandomAccessFile, format: ExcelFormat, request: DecodeRequest, position: DecoderPosition | null): Promise<PagedDecoder> {
	const sheet = new Sheet(await openWorkbook(file, format.sheet));
	if (format.headerRow) await sheet.readHeader();
	const decoder = new ExcelDecoder(sheet, request);
	// Rows have no places in a sheet's text: those before are read again.
	await decoder.skipTo(position?.recordNumber ?? 1);
	return decoder;
}

class ExcelDecoder implements PagedDecoder {
	readonly #sheet: Sheet;
	readonly #fields: readonly WantedField[];
	readonly #positions: readonly number[];
	readonly #schema: Schema;
	readonly #batchRows: number;
	#record = 1;

	constructor(sheet: Sheet, request: DecodeRequest) {
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
		return { byteOffset: 0, recordNumber: this.#record, state: null };
	}

	async skipTo(record: number): Promise<void> {
		while (this.#record < record && (await this.#sheet.next()) !== null) this.#record++;
	}

	async next(): Promise<DecodedBatch | null> {
		const builders = this.#fields.map(({ type }) => vectorBuilder(type, 1024));
		const errors: RecordError[] = [];
		let length = 0;
		while (length < this.#batchRows) {
			const row = await this.#sheet.next();
			if (row === null) break;
			this.#push(row, builders, length, errors);
			length++;
		}
		if (length === 0) return null;
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
