import { type AsyncBuffer, type FileMetaData, type ParquetScan, parquetScan, type SchemaTree } from 'hyparquet';
import { AppError } from '../../../lib/errors.ts';
import { toBase64 } from '../../base64.ts';
import { vectorBuilder } from '../../builder.ts';
import { formatIsoDate, formatIsoDatetime } from '../../datetime.ts';
import { parseJsonNumbers } from '../../json-text.ts';
import type { ColumnCursor, ReadRows } from './column-cursor.ts';
import { datetime } from './leaf-values.ts';
import { PAGE_CODECS } from './page-codec.ts';

/** Rows assembled at a time: a window reads the column's bytes again where the file has no offset index. */
const WINDOW = 32_768;

/** A column of structures, lists or maps, as JSON. hyparquet puts the records together. */
export class NestedColumn implements ColumnCursor {
	readonly #open: () => Promise<ParquetScan>;
	readonly #name: string;
	readonly #groupEnd: number;
	#scan: ParquetScan | null = null;
	/** In the file. */
	#row: number;
	#window: { readonly from: number; readonly values: ArrayLike<unknown> } = { from: 0, values: [] };

	/** `group`: the rows of the row group to read, counted from the file's first. */
	constructor(file: AsyncBuffer, metadata: FileMetaData, column: SchemaTree, group: { readonly from: number; readonly end: number }) {
		const name = column.element.name;
		refuseDecimals(column, name);
		this.#open = () => parquetScan({ file, metadata, columns: [name], compressors: PAGE_CODECS, parsers: PARSERS, geoparquet: false });
		this.#name = name;
		this.#row = group.from;
		this.#groupEnd = group.end;
	}

	async read(count: number): Promise<ReadRows> {
		const builder = vectorBuilder({ kind: 'json' }, count);
		for (const end = this.#row + count; this.#row < end; this.#row++) {
			if (this.#row < this.#window.from || this.#row >= this.#window.from + this.#window.values.length) await this.#load();
			const value = this.#window.values[this.#row - this.#window.from];
			builder.push(value === undefined || value === null ? null : JSON.stringify(value, exactly));
		}
		return { vector: builder.finish(), invalid: [] };
	}

	readNow(): null {
		return null;
	}

	async skip(count: number): Promise<void> {
		this.#row += count;
	}

	async #load(): Promise<void> {
		this.#scan ??= await this.#open();
		const rowEnd = Math.min(this.#groupEnd, this.#row + WINDOW);
		const values = await this.#scan.readColumn({ column: this.#name, rowStart: this.#row, rowEnd });
		if (values.length === 0) throw new RangeError('a column has fewer rows than its row group');
		this.#window = { from: this.#row, values };
	}
}

const exactJson = JSON as unknown as { rawJSON(text: string): unknown };

function exactly(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return exactJson.rawJSON(String(value));
	if (value instanceof Uint8Array) return toBase64(value);
	return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : value;
}

const moment = (perSecond: number) => (value: bigint) => {
	const ms = datetime(value, perSecond);
	// JSON has no type that has to hold it: what our datetime cannot is told as the number it is.
	return ms === undefined ? value : formatIsoDatetime(ms);
};

const PARSERS = {
	timestampFromMilliseconds: moment(1e3),
	timestampFromMicroseconds: moment(1e6),
	timestampFromNanoseconds: moment(1e9),
	dateFromDays: (days: number) => formatIsoDate(days),
	jsonFromBytes: (bytes: Uint8Array) => parseJsonNumbers(new TextDecoder().decode(bytes)) ?? null,
};

/** hyparquet turns decimals into rounded doubles. */
function refuseDecimals(tree: SchemaTree, name: string): void {
	const { converted_type: converted, logical_type: logical } = tree.element;
	if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
		throw new AppError('invalid_input', `the column ${JSON.stringify(name)} has decimals inside structures or lists, which cannot be read exactly`, {
			hint: 'Leave the column out, or write it with doubles or text inside.',
		});
	}
	for (const child of tree.children) refuseDecimals(child, name);
}
