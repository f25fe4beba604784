import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { type VectorBuilder, vectorBuilder } from '../../data/builder.ts';
import { gatherVector } from '../../data/gather.ts';
import { fromJsonValue } from '../../data/json.ts';
import { isExactNumber, parseJsonNumbers } from '../../data/json-text.ts';
import { expectation } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { Vector } from '../../data/vector.ts';
import type { BadCell } from '../bad-rows.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { expanding } from './expansion.ts';
import { columnOf } from './narrow.ts';

/** Characters of lists, and rows, looked at in one step: an element may have as few as two characters. */
const CHARACTERS_AT_ONCE = 128 * 1024;
const ROWS_AT_ONCE = 512;

type Member = { readonly name: string; readonly builder: VectorBuilder; read(element: unknown): unknown };

/** One row for each element of a JSON list; the other columns repeat. */
export function explode(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'explode') throw new TypeError('not an explode');
	const { field, alias, spread, keepEmpty } = operator;
	const shown = (value: unknown) => {
		const text = JSON.stringify(value) ?? 'nothing';
		return text.length > 100 ? `${text.slice(0, 100)}…` : text;
	};
	return expanding(
		context,
		(batch, firstRow) => {
			const source = columnOf(batch, field);
			const members = makeMembers();
			const rows: number[] = [];
			const bad: BadCell[] = [];
			for (let row = 0; row < batch.length; row++) {
				const elements = elementsOf(source, row, bad);
				if (elements === null) continue;
				if (elements.length === 0 && keepEmpty) {
					rows.push(row);
					for (const member of members) member.builder.push(null);
				}
				for (const [index, element] of elements.entries()) {
					rows.push(row);
					if (spread !== null && !isObject(element)) notAnObject(element, index, row, bad);
					for (const member of members) pushMember(member, element, row, bad);
				}
			}
			const kept = bad.length === 0 ? null : context.survivors(batch, firstRow, bad);
			const made = new Map(members.map((member) => [member.name, member.builder.finish()]));
			return assemble(batch, rows, made, kept);
		},
		(batch) => {
			const source = columnOf(batch, field);
			const most = Math.min(ROWS_AT_ONCE, batch.length);
			let rows = 0;
			for (let characters = 0; rows < most && characters < CHARACTERS_AT_ONCE; rows++) characters += String(valueAt(source, rows) ?? '').length;
			return rows;
		},
	);

	function makeMembers(): Member[] {
		if (spread === null) return [{ name: alias, builder: vectorBuilder({ kind: 'json' }), read: (element) => element }];
		return spread.map(({ key, name, type }) => ({
			name,
			builder: vectorBuilder(type),
			read: (element) => (typeof element === 'object' && element !== null && Object.hasOwn(element, key) ? (element as Record<string, unknown>)[key] : null),
		}));
	}

	/** The list's elements; null for a bad row. */
	function elementsOf(source: Vector, row: number, bad: BadCell[]): readonly unknown[] | null {
		const text = valueAt(source, row);
		const value = text === null ? [] : parseJsonNumbers(text as string);
		if (Array.isArray(value)) return value;
		if (value === null) return [];
		bad.push({ row, class: 'invalid_json', field: null, message: `${field} holds ${shown(value)}, which is not a list`, value: shown(value) });
		return null;
	}

	function notAnObject(element: unknown, index: number, row: number, bad: BadCell[]): void {
		const message = `${field}[${index}] is ${shown(element)}, which is not an object whose keys could become columns`;
		bad.push({ row, class: 'invalid_json', field: null, message, value: shown(element) });
	}

	function pushMember(member: Member, element: unknown, row: number, bad: BadCell[]): void {
		const json = member.read(element);
		const { type } = member.builder;
		const value = fromJsonValue(type, json ?? null);
		member.builder.push(value ?? null);
		if (value !== undefined) return;
		bad.push({
			row,
			class: 'invalid_cast',
			field: member.name,
			message: `${member.name} is ${shown(json)}, which is no ${typeName(type)}: it must be ${expectation(type)}`,
			value: shown(json),
		});
	}

	/** `kept`: input rows that go on, null for all. */
	function assemble(batch: Batch, rows: readonly number[], made: ReadonlyMap<string, Vector>, kept: Int32Array | null): Batch {
		const good = kept === null ? null : new Set(kept);
		const places = Int32Array.from(rows.keys()).filter((place) => good === null || good.has(rows[place] as number));
		const sources = places.map((place) => rows[place] as number);
		const columns = context.output.map((out) => {
			const vector = made.get(out.name);
			return vector === undefined ? gatherVector(columnOf(batch, out.name), sources) : gatherVector(vector, places);
		});
		return { schema: context.output, length: places.length, columns };
	}
}

/** Null is the object that has no key. */
function isObject(element: unknown): boolean {
	return typeof element === 'object' && !Array.isArray(element) && !isExactNumber(element);
}
