import fc from 'fast-check';
import type { Schema } from '../../../src/data/types.ts';
import { schemaOf } from '../engine/support/plans.ts';

/** Tables that packages begin with. Few different values, so that keys meet; nulls in every column. */
export interface BaseTable {
	readonly id: string;
	readonly schema: Schema;
	readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
	string: fc.constantFrom('a', 'b', 'ab', '', 'é', '𝒳', '～', 'A longer text of more than twelve characters', 'a,"b"\nc'),
	integer: fc.integer({ min: -4, max: 4 }),
	long: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('9007199254740993', '-9007199254740993', '4611686018427387904')),
	// Quarters, so that sums are exact in whatever order they are made.
	double: fc.integer({ min: -40, max: 40 }).map((quarters) => quarters / 4 || 0),
	decimal: fc.integer({ min: -500, max: 500 }).map((cents) => (cents / 100).toFixed(2)),
	boolean: fc.boolean(),
	date: fc.integer({ min: 0, max: 20 }).map((day) => new Date(Date.UTC(2024, 1, 20 + day)).toISOString().slice(0, 10)),
	datetime: fc.integer({ min: 0, max: 20 }).map((hour) => `${new Date(Date.UTC(2024, 1, 28, hour)).toISOString().slice(0, 19)}Z`),
};

const LISTS = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 });
const DOCUMENTS = fc.record({ a: fc.option(fc.integer({ min: 0, max: 3 })), b: fc.option(fc.record({ c: fc.constantFrom('x', 'y') })) });

const FACTS = schemaOf('k string, i integer, j integer, l long, x double, y double, m decimal(12,2), b boolean, day date, at datetime');
const EVENTS = schemaOf('i integer, k string, tags json, doc json');
/** Columns of facts in other types: a union brings each pair to what holds both. */
const OTHERS = schemaOf('i long, k string, m integer, x integer, day datetime');

function rowsOf(schema: Schema, maxLength: number): fc.Arbitrary<Record<string, unknown>[]> {
	const columns = schema.map(({ name, type }) => {
		const values = name === 'tags' ? LISTS : name === 'doc' ? DOCUMENTS : (VALUES[type.kind] as fc.Arbitrary<unknown>);
		return [name, fc.option(values, { freq: 5 })] as const;
	});
	return fc.array(fc.record(Object.fromEntries(columns)) as fc.Arbitrary<Record<string, unknown>>, { maxLength, size: 'max' });
}

export const baseTables: fc.Arbitrary<readonly BaseTable[]> = fc
	.tuple(rowsOf(FACTS, 40), rowsOf(EVENTS, 12), rowsOf(OTHERS, 8))
	.map(([facts, events, others]) => [
		{ id: 'facts', schema: FACTS, rows: facts },
		{ id: 'events', schema: EVENTS, rows: events },
		{ id: 'others', schema: OTHERS, rows: others },
	]);
