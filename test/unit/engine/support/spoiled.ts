import type { ExampleOutside } from '../../../../src/catalogue/component.ts';

/** How a component's own example is given rows that fail in it, and what is then told of them. */
export interface Spoiled {
	/** Which of its examples; the first. */
	readonly example?: number;
	/** Put into the example's configuration where nothing in it can fail. */
	readonly config?: Readonly<Record<string, unknown>>;
	/** Rows of the example that are taken, where not all are good. */
	readonly good?: readonly (readonly unknown[])[];
	/** Goes behind the rows given, twice. */
	readonly row?: readonly unknown[];
	/** The outside with two bad rows behind the good ones. */
	readonly outside?: (outside: ExampleOutside) => ExampleOutside;
	/** Of a source: the rows it reads, bad ones included. */
	readonly read?: number;
	/** A destination that says no to a row for this reason. */
	readonly refuses?: (row: Readonly<Record<string, unknown>>) => string | null;
	readonly class: string;
	/** Null where the row fails as a whole. */
	readonly field: string | null;
	/** What comes out of the row under null_field; null where it is left out because no one field failed. `undefined`: null_field is refused. */
	readonly nulled?: Readonly<Record<string, unknown>> | null;
	/** Its columns at the port dead_letter. */
	readonly dead: Readonly<Record<string, unknown>>;
}

const bodyWithText = '{"user":{"name":"Cy"},"total":"much","tags":[]}';

/** By component: one way to fail for each kind of failure it has. A component whose rows can fail and which is not here fails the test. */
export const SPOILED: Readonly<Record<string, readonly Spoiled[]>> = {
	cloud_storage_source_component: [
		{
			outside: ({ file, ...more }) => ({ ...more, file: `${file}2024-01-03,Cy,much\n2024-01-03,Cy,much\n` }),
			read: 4,
			class: 'parse_error',
			field: 'total',
			nulled: { day: '2024-01-03', total: null },
			dead: { day: '2024-01-03', total: null },
		},
	],
	database_source_component: [
		{
			outside: ({ table, ...more }) => {
				const row = ['four', 'paid', '2024-03-01T00:00:00Z'];
				return table === undefined ? more : { ...more, table: { ...table, rows: [...table.rows, row, row] } };
			},
			read: 5,
			class: 'parse_error',
			field: 'id',
			nulled: { id: null, status: 'paid', updated_at: '2024-03-01T00:00:00Z' },
			dead: { id: null, status: 'paid', updated_at: '2024-03-01T00:00:00Z' },
		},
	],
	rest_api_source_component: [
		{
			outside: ({ answers = [] }) => {
				const bad = { id: 'three', email: 'c@example.com' };
				return { answers: [...answers.slice(0, -1), { data: [{ id: 2, email: 'b@example.com' }, bad, bad], next: null }] };
			},
			read: 4,
			class: 'parse_error',
			field: 'id',
			nulled: { id: null, email: 'c@example.com' },
			dead: { id: null, email: 'c@example.com' },
		},
	],
	payload_source_component: [
		{
			outside: ({ payload = [] }) => {
				const bad = { sku: 'c-3', quantity: 'three' };
				return { payload: [...payload, bad, bad] };
			},
			read: 4,
			class: 'parse_error',
			field: 'quantity',
			nulled: { sku: 'c-3', quantity: null },
			dead: { sku: 'c-3', quantity: null },
		},
	],
	select_component: [
		{
			example: 1,
			config: {
				columns: [
					{ expression: "case when city = 'nowhere' then cast(note as string) || cast(cast(city as integer) as string) else trim(city) end", alias: 'city' },
				],
			},
			row: ['nowhere', 'y', 2],
			class: 'invalid_cast',
			field: 'city',
			nulled: { city: null, id: 2 },
			dead: { city: 'nowhere', note: 'y', id: 2 },
		},
	],
	filter_component: [
		{
			config: { expression: "age >= 18 and (name <> 'Di' or cast(name as integer) > 0)" },
			row: ['Di', 50],
			class: 'invalid_cast',
			field: null,
			dead: { name: 'Di', age: 50 },
		},
	],
	assert_component: [
		{ good: [[1, 9.5]], row: [2, -1], class: 'assertion_failed', field: null, dead: { id: 2, amount: -1 } },
		{
			config: { expression: "amount > 0 and (id <> 2 or cast('x' || cast(id as string) as integer) > 0)" },
			good: [[1, 9.5]],
			row: [2, 1],
			class: 'invalid_cast',
			field: null,
			dead: { id: 2, amount: 1 },
		},
	],
	flatten_component: [
		{ row: [3, { a: 1 }], class: 'invalid_json', field: null, nulled: null, dead: { id: 3, tags: { a: 1 } } },
		{
			example: 1,
			row: [[{ sku: 'z', qty: 'many' }], 3],
			class: 'invalid_cast',
			field: 'quantity',
			nulled: { id: 3, sku: 'z', quantity: null },
			dead: { lines: [{ sku: 'z', qty: 'many' }], id: 3 },
		},
	],
	parse_json_component: [
		{
			row: [bodyWithText],
			class: 'invalid_cast',
			field: 'total',
			nulled: { body: bodyWithText, name: 'Cy', total: null, tags: [] },
			dead: { body: bodyWithText },
		},
		{
			row: ['{"user":'],
			class: 'invalid_json',
			field: 'name',
			nulled: { body: '{"user":', name: null, total: null, tags: null },
			dead: { body: '{"user":' },
		},
	],
	code_component: [{ row: [null], class: 'code_error', field: null, dead: { line: null } }],
	database_destination_component: [
		{
			row: ['Nowhere', 3],
			refuses: ({ city }) => (city === 'Nowhere' ? 'Nowhere is no city' : null),
			class: 'rejected_by_destination',
			field: null,
			dead: { city: 'Nowhere', total: 3 },
		},
	],
	rest_api_destination_component: [
		{
			row: [2, 'Bo', 999],
			refuses: ({ age }) => (age === 999 ? 'nobody is that old' : null),
			class: 'rejected_by_destination',
			field: null,
			dead: { id: 2, name: 'Bo', age: 999 },
		},
	],
};
