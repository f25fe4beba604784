import { describe, expect, test } from 'vitest';
import type { FileFormat } from '../../../src/plan/endpoints.ts';
import { aPlan, DELIMITED, result } from './support/plans.ts';
import { run } from './support/run.ts';
import { type AnySource, fileOf, SOURCE_KINDS, type SourceKind, sourceOf } from './support/sources.ts';

/** What docs/bad-input.md tells, tried through whole runs; the formats' own tests beside them are in test/unit/data. */

const NDJSON: FileFormat = { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' };
const JSON_FILE: FileFormat = { type: 'json', baseRecord: '$', encoding: 'utf-8' };

async function read({ node, setup }: AnySource, schema: string) {
	const { outcome, rows, badRecords } = await run(aPlan([node, result('out', 'in', schema)]), setup);
	const failure = outcome.state === 'failed' ? outcome.failures[0] : undefined;
	return { state: outcome.state, failure, rows: rows(), bad: badRecords };
}

/** Reads the rows from a source of every kind. */
const everywhere =
	(rows: Parameters<typeof sourceOf>[1], schema: string, onError: 'fail' | 'null_field' = 'fail') =>
	async (kind: SourceKind) =>
		read(await sourceOf(kind, rows, schema, onError), schema);

describe('the second of three rows', () => {
	const faulty = (value: string | number) => [
		{ n: 1, s: 'a' },
		{ n: value, s: 'b' },
		{ n: 3, s: 'c' },
	];

	test.each(SOURCE_KINDS)('with a number out of range is told by component, row and column: %s', async (kind) => {
		const { state, failure, bad } = await everywhere(faulty(3_000_000_000), 'n integer, s string')(kind);
		expect({ state, failure }).toMatchObject({ state: 'failed', failure: { component: 'in', name: 'in', class: 'parse_error', row: 2, field: 'n' } });
		expect(failure?.message).toContain('3000000000');
		expect(bad).toMatchObject([{ component: 'in', row: 2, field: 'n' }]);
	});

	test.each(SOURCE_KINDS)('with text for a number is told, and goes on as null where it may: %s', async (kind) => {
		const { state, rows, bad } = await everywhere(faulty('n/a'), 'n integer, s string', 'null_field')(kind);
		expect(state).toBe('completed');
		expect(rows).toEqual([
			{ n: 1, s: 'a' },
			{ n: null, s: 'b' },
			{ n: 3, s: 'c' },
		]);
		expect(bad).toMatchObject([{ component: 'in', row: 2, field: 'n', message: expect.stringContaining('n/a') }]);
	});

	test.each(SOURCE_KINDS)('with a day that there is not is told, and never moved to another: %s', async (kind) => {
		const rows = ['2026-02-28', '2026-02-30', '2026-03-01'].map((day) => ({ day }));
		const { state, failure } = await everywhere(rows, 'day date')(kind);
		expect({ state, failure }).toMatchObject({ state: 'failed', failure: { component: 'in', row: 2, field: 'day' } });
		expect(failure?.message).toContain('2026-02-30');
	});
});

test.each(SOURCE_KINDS.filter((kind) => kind !== 'excel'))('a NUL in a text stays what it is: %s', async (kind) => {
	const { state, rows } = await everywhere([{ s: 'a\0b' }], 's string')(kind);
	expect({ state, rows }).toEqual({ state: 'completed', rows: [{ s: 'a\0b' }] });
});

test.each(SOURCE_KINDS)('no rows are no rows, and no error: %s', async (kind) => {
	expect(await everywhere([], 'n integer, s string')(kind)).toMatchObject({ state: 'completed', rows: [] });
});

test.each(SOURCE_KINDS)('columns named by reserved words, signs and the names of objects keep their names: %s', async (kind) => {
	const row = { select: 'a', __proto: 'b', constructor: 'c', 'a-b': 'd', Ünï: 'e' };
	const schema = Object.keys(row)
		.map((name) => `${name} string`)
		.join(', ');
	expect(await everywhere([row], schema)(kind)).toMatchObject({ state: 'completed', rows: [row] });
});

describe('a file', () => {
	test.each([
		['delimited', 'n,name\n1,a\n', DELIMITED],
		['excel', null, null],
		['parquet', null, null],
	] as const)('without a column that the package names says so, with the nearest: %s', async (kind, content, format) => {
		const source = content === null ? await sourceOf(kind, [{ n: 1, name: 'a' }], 'n integer, nme string') : fileOf(content, format, 'n integer, nme string');
		const { failure } = await read(source, 'n integer, nme string');
		expect(failure).toMatchObject({
			component: 'in',
			field: 'nme',
			message: expect.stringContaining('has no column "nme"'),
			hint: expect.stringContaining('Did you mean "name"?'),
		});
	});

	test.each([['delimited', 'n,n\n1,2\n', DELIMITED]] as const)(
		'that names a wanted column twice is refused with the places: %s',
		async (_, content, format) => {
			const { failure } = await read(fileOf(content, format, 'n integer'), 'n integer');
			expect(failure).toMatchObject({ component: 'in', message: expect.stringContaining('names the column "n" 2 times, at positions 1, 2') });
		},
	);

	test.each([
		['delimited', `n\n"${'x'.repeat(20 << 20)}"\n`, DELIMITED, 'n string'],
		['ndjson', `{"n": "${'x'.repeat(20 << 20)}"}\n`, NDJSON, 'n string'],
		['json', `[{"n": "${'x'.repeat(20 << 20)}"}]`, JSON_FILE, 'n string'],
	] as const)('with a gigantic field is refused by its record: %s', async (_, content, format, schema) => {
		const { failure } = await read(fileOf(content, format, schema), schema);
		expect(failure).toMatchObject({ component: 'in', class: 'limit', message: expect.stringMatching(/record 1 is larger than 8388608 bytes/) });
	});

	test.each([
		['delimited', 'n\na\n"never closed\n', DELIMITED],
		['ndjson', '{"n": "a"}\n{"n": "b', NDJSON],
		['json', '[{"n": "a"}, {"n": "b"', JSON_FILE],
		['parquet', 'PAR1 and then nothing', { type: 'parquet' }],
		['excel', 'PK and then nothing', { type: 'excel', sheet: null, headerRow: true }],
	] as const)('that was cut is never taken for a whole one: %s', async (_, content, format) => {
		const { state, failure } = await read(fileOf(content, format, 'n string'), 'n string');
		expect(state).toBe('failed');
		expect(failure).toMatchObject({
			component: 'in',
			message: expect.stringMatching(/is not closed before the end|is not JSON|ends too early|does not end in PAR1|is not an .xlsx workbook/),
			hint: expect.stringMatching(/./),
		});
	});

	test.each([
		['delimited', DELIMITED, [0x6e, 0x0a, 0x61, 0x0a, 0x63, 0xe9, 0x0a]],
		['ndjson', NDJSON, [...Buffer.from('{"n":"a"}\n{"n":"c'), 0xe9, ...Buffer.from('"}\n')]],
		['json', JSON_FILE, [...Buffer.from('[{"n":"a"},{"n":"c'), 0xe9, ...Buffer.from('"}]')]],
	] as const)('with bytes that are not of its encoding tells the row: %s', async (_, format, bytes) => {
		const { failure } = await read(fileOf(Uint8Array.from(bytes), format, 'n string'), 'n string');
		expect(failure).toMatchObject({ component: 'in', row: 2, message: expect.stringContaining('is not utf-8') });
	});

	test.each([
		['delimited', '\ufeffn\na\n', DELIMITED],
		['ndjson', '\ufeff{"n":"a"}\n', NDJSON],
		['json', '\ufeff[{"n":"a"}]', JSON_FILE],
	] as const)('may begin with the mark of UTF-8: %s', async (_, content, format) => {
		expect(await read(fileOf(content, format, 'n string'), 'n string')).toMatchObject({ state: 'completed', rows: [{ n: 'a' }] });
	});

	test.each(['delimited', 'ndjson', 'json', 'parquet', 'payload', 'api'] as const)('of 10,000 columns is read: %s', async (kind) => {
		const names = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
		const row = Object.fromEntries(names.map((name) => [name, name]));
		const schema = 'c0 string, c9999 string';
		expect(await read(await sourceOf(kind, [row], schema), schema)).toMatchObject({ state: 'completed', rows: [{ c0: 'c0', c9999: 'c9999' }] });
	});
});
