import fc from 'fast-check';
import type { Table } from './duckdb.ts';

/** Few different values, so that keys meet; nulls among them. */
const VALUES: Record<string, fc.Arbitrary<unknown>> = {
	string: fc.constantFrom('a', 'b', 'ab', '', 'é', '𝒳', '～', 'long text of more than twelve characters'),
	integer: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 })),
	long: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('9007199254740993', '-9007199254740993', '4611686018427387904')),
	double: fc.oneof(fc.constantFrom(0, -0, 1.5, -2.25, 1e10), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
	'decimal(12,2)': fc.integer({ min: -500, max: 500 }).map((cents) => (cents / 100).toFixed(2)),
	boolean: fc.boolean(),
	date: fc.integer({ min: 0, max: 20 }).map((day) => new Date(Date.UTC(2024, 1, 20 + day)).toISOString().slice(0, 10)),
	datetime: fc.integer({ min: 0, max: 20 }).map((hour) => `${new Date(Date.UTC(2024, 1, 28, hour)).toISOString().slice(0, 19)}Z`),
};

/** Random rows of a schema such as `k string, n integer`. */
export function tables(schema: string, maxLength = 40): fc.Arbitrary<Table> {
	const fields = schema.split(/,(?![^(]*\))/).map((field) => field.trim().split(/\s+(.*)/s) as [string, string]);
	const row = fc.record(Object.fromEntries(fields.map(([name, type]) => [name, fc.option(VALUES[type] as fc.Arbitrary<unknown>, { freq: 5 })])));
	return fc.array(row, { maxLength }).map((rows) => ({ schema, rows: rows as Record<string, unknown>[] }));
}
