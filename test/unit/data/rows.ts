import fc from 'fast-check';
import { offsetAt, valueAt } from '../../../src/data/access.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import type { DecodedBatch, DecodeRequest, DecoderPosition, RecordError, StreamDecoder, StreamFormat, WantedField } from '../../../src/data/codecs/codec.ts';
import { streamDecoder } from '../../../src/data/codecs/index.ts';
import { parseTypeName } from '../../../src/data/type-names.ts';
import type { DataType, Schema, Value } from '../../../src/data/types.ts';

export type Row = readonly Value[];

export function type(name: string): DataType {
	const parsed = parseTypeName(name);
	if (parsed === null) throw new Error(`no type ${name}`);
	return parsed;
}

/** `id:integer name` as a schema. */
export function schemaOf(text: string): Schema {
	return text.split(' ').map((column) => {
		const [name = '', typeText = 'string'] = column.split(':');
		return { name, type: type(typeText) };
	});
}

export function wanted(schema: Schema, by: 'name' | 'position' = 'name'): WantedField[] {
	return schema.map((field, index) => ({ source: by === 'name' ? field.name : index, name: field.name, type: field.type, format: null }));
}

export function batchOf(schema: Schema, rows: readonly Row[], offsets: readonly number[] = []): Batch {
	const builders = schema.map((field) => vectorBuilder(field.type, 1));
	for (const [index, row] of rows.entries()) {
		for (const [column, builder] of builders.entries()) builder.push(row[column] ?? null, builder.type.kind === 'datetime' ? (offsets[index] ?? 0) : 0);
	}
	return { schema, length: rows.length, columns: builders.map((builder) => builder.finish()) };
}

/** Values and, for datetimes, offsets: what must survive. */
export function rowsOf(batch: Batch): unknown[][] {
	return Array.from({ length: batch.length }, (_, row) =>
		batch.columns.map((column) => (column.type.kind === 'datetime' ? [valueAt(column, row), offsetAt(column, row)] : valueAt(column, row))),
	);
}

export interface Decoded {
	readonly rows: unknown[][];
	readonly errors: RecordError[];
}

export function collected(batches: readonly DecodedBatch[]): Decoded {
	return { rows: batches.flatMap(({ batch }) => rowsOf(batch)), errors: batches.flatMap(({ errors }) => [...errors]).map((error) => ({ ...error, row: 0 })) };
}

export function decodeAll(format: StreamFormat, request: DecodeRequest, bytes: Uint8Array | string): Decoded {
	const decoder = streamDecoder(format, request);
	return collected([...decoder.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes), ...decoder.finish()]);
}

/** Fed in pieces that end at those places; `between` is done after each. */
export function decodeInPieces(
	format: StreamFormat,
	request: DecodeRequest,
	bytes: Uint8Array,
	cuts: readonly number[],
	between: () => void = () => undefined,
): Decoded {
	const decoder = streamDecoder(format, request);
	const batches: DecodedBatch[] = [];
	let from = 0;
	for (const cut of [...cuts].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)) {
		batches.push(...decoder.push(bytes.slice(from, cut)));
		between();
		from = cut;
	}
	return collected([...batches, ...decoder.push(bytes.slice(from)), ...decoder.finish()]);
}

/** Left after each piece, with or without a flush, and gone on with by a new decoder from the position. */
export function decodeResuming(format: StreamFormat, request: DecodeRequest, bytes: Uint8Array, pieces: readonly { size: number; flush: boolean }[]): Decoded {
	const batches: DecodedBatch[] = [];
	let position: DecoderPosition | null = null;
	for (const { size, flush } of pieces) {
		const from: number = position?.byteOffset ?? 0;
		const decoder: StreamDecoder = streamDecoder(format, request, position);
		batches.push(...decoder.push(bytes.slice(from, from + size)));
		if (flush) batches.push(...decoder.flush());
		position = JSON.parse(JSON.stringify(decoder.position())) as DecoderPosition;
	}
	const decoder = streamDecoder(format, request, position);
	return collected([...batches, ...decoder.push(bytes.slice(position?.byteOffset ?? 0)), ...decoder.finish()]);
}

export const somePieces = fc.array(fc.record({ size: fc.nat(60), flush: fc.boolean() }), { maxLength: 12 });
export const someCuts = fc.array(fc.nat(4000), { maxLength: 30 });

const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
/** A long or decimal in its one spelling. */
export const exact = (value: bigint): Value => (value >= -(2n ** 53n) + 1n && value < 2n ** 53n ? Number(value) : value);

/** Values of a type. Text is well formed, so that UTF-8 can say it. */
export function someValue(dataType: DataType): fc.Arbitrary<Value> {
	switch (dataType.kind) {
		case 'string':
			return fc.oneof(
				fc.string({ unit: 'binary', maxLength: 30 }),
				fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', '\\', 'é', '€', '😀', 'a', ' ', ';', '|', '\0', '\ufeff'), maxLength: 20 }),
				fc.constantFrom('', 'repeated', 'customer_1234567890123'),
			);
		case 'integer':
			return fc.integer();
		case 'long':
			return fc.oneof(fc.bigInt(LONG), fc.bigInt({ min: -1000n, max: 1000n })).map(exact);
		case 'decimal':
			return fc.bigInt({ min: -(10n ** BigInt(dataType.precision)) + 1n, max: 10n ** BigInt(dataType.precision) - 1n }).map(exact);
		case 'float':
			return fc.float({ noDefaultInfinity: false });
		case 'double':
			return fc.oneof(
				fc.double(),
				fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100),
			);
		case 'boolean':
			return fc.boolean();
		case 'date':
			return fc.integer({ min: -719_162, max: 2_932_896 });
		case 'datetime':
			return fc.oneof(
				fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }).map((seconds) => seconds * 1000),
				fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 }),
				fc.integer({ min: -(2 ** 42), max: 2 ** 42 }).map((ms) => ms + 0.125),
			);
		case 'binary':
			return fc.uint8Array({ maxLength: 20 });
		case 'json':
			return fc.json({ maxDepth: 2 });
	}
}
