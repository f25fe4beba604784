import { type ColumnMetaData, type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import { isNull, offsetAt, valueAt } from '../../access.ts';
import { BATCH_ROWS, LENT_ROWS } from '../../batch.ts';
import { coerceVector } from '../../coerce.ts';
import { notOfType } from '../../json.ts';
import { formatValue } from '../../text.ts';
import { typeName } from '../../type-names.ts';
import type { DataType, Schema, Value } from '../../types.ts';
import type { Vector } from '../../vector.ts';
import type { DecodedBatch, DecodeRequest, DecoderPosition, DiscoveredField, PagedDecoder, RandomAccessFile, RecordError, WantedField } from '../codec.ts';
import { columnPositions } from '../header.ts';
import type { ChunkBytes } from './chunk-bytes.ts';
import { CoercedWords } from './coerced-words.ts';
import type { ColumnCursor, ReadRows } from './column-cursor.ts';
import { FlatColumn, stretchOf } from './flat-column.ts';
import { groupBytes } from './group-bytes.ts';
import { leafOf } from './leaf.ts';
import { LeafTexts } from './leaf-texts.ts';
import { NestedColumn } from './nested-column.ts';
import { asyncBuffer, openMetadata, readingParquet } from './open-metadata.ts';

/** Values of a batch at most: 10,000 columns make batches of 100 rows. */
const BATCH_VALUES = 1_048_576;
/** Bytes of a row in its pages, up to which lent batches are the larger ones: as many long texts would be too much at once. */
const LENT_ROW_BYTES = 64;

/** The columns of a Parquet file; structures, lists and maps are json. */
export async function parquetFields(file: RandomAccessFile): Promise<DiscoveredField[]> {
	const metadata = await openMetadata(file);
	return readingParquet(async () =>
		parquetSchema(metadata).children.map((column) => ({ source: column.element.name, name: column.element.name, type: naturalType(column) })),
	);
}

function naturalType(column: SchemaTree): DataType {
	return isFlat(column) ? leafOf(column.element).type : { kind: 'json' };
}

function isFlat(column: SchemaTree): boolean {
	return column.children.length === 0 && column.element.repetition_type !== 'REPEATED';
}

export async function openParquet(file: RandomAccessFile, request: DecodeRequest, position: DecoderPosition | null): Promise<PagedDecoder> {
	const metadata = await openMetadata(file);
	return readingParquet(async () => new ParquetDecoder(file, metadata, request, position));
}

/** How moments in nanoseconds are spelled as texts. */
const NANOSECONDS = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSX";

interface WantedColumn {
	readonly field: WantedField;
	readonly index: number;
}

class ParquetDecoder implements PagedDecoder {
	readonly columns: readonly string[];
	readonly rows: number;
	readonly #file: RandomAccessFile;
	readonly #metadata: FileMetaData;
	readonly #tree: readonly SchemaTree[];
	readonly #wanted: readonly WantedColumn[];
	readonly #schema: Schema;
	readonly #batchRows: number;
	readonly #lent: boolean;
	/** One for all columns: it takes 100 kB. */
	readonly #texts = new LeafTexts();
	readonly #words = new CoercedWords();
	/** Next row, counted from the file's first. */
	#row: number;
	#group: { readonly end: number; readonly cursors: ReadonlyMap<number, ColumnCursor> } | null = null;

	constructor(file: RandomAccessFile, metadata: FileMetaData, request: DecodeRequest, position: DecoderPosition | null) {
		this.#file = file;
		this.#metadata = metadata;
		this.#tree = parquetSchema(metadata).children;
		this.columns = this.#tree.map((column) => column.element.name);
		this.rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
		const positions = columnPositions(request.fields, this.columns);
		this.#wanted = request.fields.map((field, i) => ({ field, index: positions[i] as number }));
		this.#schema = request.fields.map(({ name, type }) => ({ name, type }));
		this.#lent = request.lent ?? false;
		const most = request.batchRows ?? (this.#lent && this.#bytesOfRow() <= LENT_ROW_BYTES ? LENT_ROWS : BATCH_ROWS);
		this.#batchRows = Math.max(1, Math.min(most, Math.floor(BATCH_VALUES / Math.max(1, request.fields.length))));
		this.#row = (position?.recordNumber ?? 1) - 1;
	}

	/** What a row of the wanted columns has in its pages, by the file's own account. */
	#bytesOfRow(): number {
		const wanted = new Set(this.#wanted.map(({ index }) => this.columns[index]));
		const chunks = this.#metadata.row_groups.flatMap(({ columns }) => columns).filter(({ meta_data: data }) => wanted.has(data?.path_in_schema[0]));
		return chunks.reduce((sum, { meta_data: data }) => sum + Number(data?.total_uncompressed_size), 0) / this.rows;
	}

	position(): DecoderPosition {
		return { byteOffset: 0, recordNumber: this.#row + 1, state: null };
	}

	async next(): Promise<DecodedBatch | null> {
		if (this.#row >= this.rows) return null;
		return readingParquet(async () => {
			if (this.#group === null || this.#row >= this.#group.end) this.#group = await this.#openGroup();
			const { end, cursors } = this.#group;
			const count = Math.min(this.#batchRows, end - this.#row);
			const read = await readRows(cursors, count);
			const errors: RecordError[] = [];
			const columns = this.#wanted.map(({ field, index }) => {
				const { vector, invalid } = read.get(index) as ReadRows;
				for (const row of invalid) errors.push(this.#error(row, field, null, unfit(vector.type)));
				const coded = this.#words.coerced(vector, field);
				return coded ?? coerceVector(vector, field.type, field.format, (row) => errors.push(this.#notOfType(row, field, vector)));
			});
			const firstRecord = this.#row + 1;
			this.#row += count;
			return { batch: { schema: this.#schema, length: count, columns }, firstRecord, errors: errors.sort((a, b) => a.row - b.row) };
		});
	}

	/** Opens the row group of the next row, each wanted column once. */
	async #openGroup(): Promise<{ end: number; cursors: ReadonlyMap<number, ColumnCursor> }> {
		let from = 0;
		for (const group of this.#metadata.row_groups) {
			const end = from + Number(group.num_rows);
			if (this.#row < end) {
				const cursors = this.#cursors(group, from, end);
				const skip = this.#row - from;
				if (skip > 0) for (const cursor of cursors.values()) await cursor.skip(skip);
				return { end, cursors };
			}
			from = end;
		}
		throw new RangeError('it has fewer rows than it says');
	}

	#cursors(group: RowGroup, from: number, end: number): ReadonlyMap<number, ColumnCursor> {
		const wanted = [...new Set(this.#wanted.map(({ index }) => index))].map((index) => ({ index, column: this.#tree[index] as SchemaTree }));
		const flat = wanted.filter(({ column }) => isFlat(column)).map((each) => ({ ...each, chunk: chunkOf(group, each.column) }));
		const stretches = flat.map(({ chunk }) => stretchOf(chunk, this.#file.size));
		const bytes = groupBytes(this.#file, stretches);
		const cursors = new Map<number, ColumnCursor>();
		const number = this.#metadata.row_groups.indexOf(group) + 1;
		flat.forEach(({ index, column, chunk }, at) => {
			const options = { texts: this.#texts, lent: this.#lent, place: `column ${column.element.name} in row group ${number}` };
			cursors.set(index, new FlatColumn(bytes[at] as ChunkBytes, chunk.codec, leafOf(column.element, this.#keepsTexts(index)), options));
		});
		for (const { index, column } of wanted)
			if (!isFlat(column)) cursors.set(index, new NestedColumn(asyncBuffer(this.#file), this.#metadata, column, { from, end }));
		return cursors;
	}

	/** Whoever names how texts are spelled, or wants them, takes all digits of a moment: nothing is cut that nobody asked to cut. */
	#keepsTexts(index: number): boolean {
		return this.#wanted.every((wanted) => wanted.index !== index || wanted.field.type.kind === 'string' || wanted.field.format !== null);
	}

	#notOfType(row: number, field: WantedField, vector: Vector): RecordError {
		const value = isNull(vector, row) ? '' : formatValue(vector.type, valueAt(vector, row) as Exclude<Value, null>, offsetAt(vector, row));
		return this.#error(row, field, value, notOfType(field.type, JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value), field.format));
	}

	#error(row: number, field: WantedField, value: string | null, message: string): RecordError {
		return { row, record: this.#row + row + 1, field: field.name, value: value?.slice(0, 1000) ?? null, class: 'parse_error', message };
	}
}

function unfit(type: DataType): string {
	const why = `the value cannot be a ${typeName(type)}: it is out of range`;
	if (type.kind !== 'datetime') return `${why}, or not UTF-8`;
	return `${why}, or finer than microseconds (the type string keeps all digits, the format ${NANOSECONDS} cuts them)`;
}

/** The next rows of each column, those that have to be fetched all together. */
async function readRows(cursors: ReadonlyMap<number, ColumnCursor>, count: number): Promise<ReadonlyMap<number, ReadRows>> {
	const read = new Map<number, ReadRows>();
	for (const [index, cursor] of cursors) {
		const rows = cursor.readNow(count);
		if (rows !== null) read.set(index, rows);
	}
	if (read.size === cursors.size) return read;
	const missing = [...cursors].filter(([index]) => !read.has(index));
	const fetched = await Promise.all(missing.map(([, cursor]) => cursor.read(count)));
	missing.forEach(([index], at) => void read.set(index, fetched[at] as ReadRows));
	return read;
}

function chunkOf(group: RowGroup, { element }: SchemaTree): ColumnMetaData {
	const chunk = group.columns.find(({ meta_data: data }) => data?.path_in_schema.length === 1 && data.path_in_schema[0] === element.name);
	if (chunk?.meta_data === undefined) throw new RangeError(`a row group has no column ${element.name}`);
	return chunk.meta_data;
}
