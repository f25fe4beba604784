import { type VectorBuilder, vectorBuilder } from '../../builder.ts';
import { dateFormat } from '../../date-format.ts';
import { notOfType, pushJson } from '../../json.ts';
import { isExactNumber, mayLoseDigits, parseJsonNumbers } from '../../json-text.ts';
import { parseJsonPath, valueAtJsonPath } from '../../jsonpath.ts';
import type { Schema, TypeKind } from '../../types.ts';
import type { DecodedBatch, DecodeRequest, RecordError, WantedField } from '../codec.ts';
import type { MemberWatch } from './member-watch.ts';
import { unknownColumns, unknownMembers } from './unknown-members.ts';

/** The one column of records that are neither objects nor arrays. */
export const VALUE_MEMBER = 'value';

const PATH = /^\$(?:$|[.[])/;

/** Takes a column's value out of a record: by member, by position in an array, or by a path where the source begins with `$`. */
type Pick = (record: unknown) => unknown;

/** Makes batches from JSON records, whose numbers may be `ExactNumber`. */
export class RecordBuilder {
	readonly #fields: readonly WantedField[];
	readonly #schema: Schema;
	readonly #picks: readonly Pick[];
	readonly #builders: readonly VectorBuilder[];
	#errors: RecordError[] = [];
	/** All columns are members of objects: a record that is none has nothing of them. */
	readonly #wantsObjects: boolean;
	/** Names the members of a record that nobody knows; null where nobody asks. */
	readonly #unknown: ((record: unknown) => string[]) | null;
	readonly #watch: MemberWatch | null;
	rows = 0;

	/** Throws `AppError` for a path or date pattern that is none. */
	constructor({ fields, known, watch }: DecodeRequest, capacity: number) {
		this.#watch = watch ?? null;
		this.#unknown = known === undefined ? null : unknownMembers(known);
		this.#fields = fields;
		this.#schema = fields.map(({ name, type }) => ({ name, type }));
		this.#wantsObjects = fields.length > 0 && fields.every(({ source }) => typeof source === 'string' && source !== VALUE_MEMBER && !PATH.test(source));
		this.#picks = fields.map(({ source }) => pick(source));
		for (const { format } of fields) if (format !== null) dateFormat(format);
		this.#builders = fields.map(({ type }) => vectorBuilder(type, capacity));
	}

	/** `text`: what the record was parsed from where its numbers are rounded; it is parsed again where that would be seen. */
	add(record: unknown, number: number, text: string | null = null): void {
		if (this.#wantsObjects && record !== null && !isObject(record)) {
			const value = shown(record);
			const start = value.length > 100 ? `${value.slice(0, 100)}…` : value;
			this.addBroken(number, value, `the record is ${start}, not an object with the fields that are read`);
			return;
		}
		if (this.#watch?.isOpen) this.#watch.look(record);
		let exact: unknown;
		for (let column = 0; column < this.#fields.length; column++) {
			let json = (this.#picks[column] as Pick)(record) ?? null;
			const builder = this.#builders[column] as VectorBuilder;
			if (text !== null && typeof json !== 'string' && showsRounding(builder.type.kind, json)) {
				exact ??= mayLoseDigits(text) ? parseJsonNumbers(text) : record;
				json = (this.#picks[column] as Pick)(exact) ?? null;
			}
			const field = this.#fields[column] as WantedField;
			if (field.format === null ? pushJson(builder, json) : pushFormatted(builder, field.format, json)) continue;
			builder.push(null);
			const value = shown(json);
			const message = notOfType(field.type, value.length > 100 ? `${value.slice(0, 100)}…` : value, field.format);
			this.#errors.push({ row: this.rows, record: number, field: field.name, value, class: 'parse_error', message });
		}
		if (this.#unknown !== null) this.#tellUnknown(this.#unknown(record), number);
		this.rows++;
	}

	#tellUnknown(names: readonly string[], number: number): void {
		if (names.length === 0) return;
		this.#errors.push({ row: this.rows, record: number, field: null, value: null, class: 'unknown_column', message: unknownColumns(names) });
	}

	/** A record that could not be read at all. */
	addBroken(number: number, value: string, message: string): void {
		for (const builder of this.#builders) builder.push(null);
		this.#errors.push({ row: this.rows, record: number, field: null, value: value.slice(0, 1000), class: 'parse_error', message });
		this.rows++;
	}

	/** The rows so far; `firstRecord` is the number of the first. */
	take(firstRecord: number): DecodedBatch {
		const batch = { schema: this.#schema, length: this.rows, columns: this.#builders.map((builder) => builder.finish()) };
		const errors = this.#errors;
		this.#errors = [];
		this.rows = 0;
		return { batch, firstRecord, errors };
	}
}

/** Whether digits that a double does not keep would be missed in a value of that kind. */
function showsRounding(kind: TypeKind, json: unknown): boolean {
	if (typeof json === 'number') return kind === 'decimal' || kind === 'string' || kind === 'json' || (Number.isInteger(json) && !Number.isSafeInteger(json));
	return typeof json === 'object' && json !== null;
}

function pick(source: string | number): Pick {
	if (typeof source === 'number') return (record) => (Array.isArray(record) ? record[source] : Object.values(asObject(record))[source]);
	if (PATH.test(source)) {
		const path = parseJsonPath(source);
		return (record) => valueAtJsonPath(path, record);
	}
	return (record) => {
		const object = asObject(record);
		return Object.hasOwn(object, source) ? object[source] : null;
	};
}

function asObject(record: unknown): Record<string, unknown> {
	return isObject(record) ? record : { [VALUE_MEMBER]: record };
}

function isObject(record: unknown): record is Record<string, unknown> {
	return typeof record === 'object' && record !== null && !Array.isArray(record) && !isExactNumber(record);
}

function pushFormatted(builder: VectorBuilder, format: string, json: unknown): boolean {
	if (json === null) {
		builder.push(null);
		return true;
	}
	const parsed = typeof json === 'string' || typeof json === 'number' ? dateFormat(format).parse(String(json).trim()) : undefined;
	if (parsed === undefined) return false;
	if (builder.type.kind === 'date') builder.push(parsed.day);
	else builder.push(parsed.ms, parsed.offset);
	return true;
}

function shown(json: unknown): string {
	return (JSON.stringify(json) ?? 'undefined').slice(0, 1000);
}
