import { describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/connectors/connector.ts';
import type { FileFormat, HttpSource } from '../../../src/plan/endpoints.ts';
import type { ContractMode, PlanNode } from '../../../src/plan/plan.ts';
import { workbookOf } from '../data/xlsx.ts';
import { MemoryFiles } from './support/file-store.ts';
import { MemoryApi } from './support/http-api.ts';
import { aNode, aPlan, csv, DELIMITED, fileSink, payload, result, schemaOf } from './support/plans.ts';
import { run } from './support/run.ts';
import { MemoryTables } from './support/table-store.ts';
import { VARIANTS } from './support/variants.ts';

/**
 * One table for every source: a row as the package knows it, one with a column it does not, one whose value is not of its type, and
 * one as it should be again.
 */
const ROWS = [
	{ id: 1, name: 'a' },
	{ id: 2, name: 'b', extra: 'more' },
	{ id: 'x', name: 'c' },
	{ id: 4, name: 'd' },
];
const SCHEMA = 'id integer, name string';
const FIELDS = schemaOf(SCHEMA).map(({ name, type }) => ({ source: name, name, type, format: null }));

interface Case {
	readonly node: PlanNode;
	readonly connection?: OpenConnection;
	readonly payload?: readonly unknown[];
	/** The columns stand in a header, before any row. */
	readonly header: boolean;
}

const file = (path: string, content: string | Uint8Array, format: FileFormat): Case => ({
	node: csv('in', path, SCHEMA, { format }, 'skip'),
	connection: new MemoryFiles({ [path]: content }),
	header: format.type === 'delimited' || format.type === 'excel' || format.type === 'parquet',
});

const cell = (text: string, column: string, row: number) => `<c r="${column}${row}" t="inlineStr"><is><t>${text}</t></is></c>`;
const sheet = [['id', 'name', 'extra'], ...ROWS.map((row) => [String(row.id), row.name, row.extra ?? ''])]
	.map((cells, row) => `<row r="${row + 1}">${cells.map((text, i) => (text === '' ? '' : cell(text, 'ABC'[i] as string, row + 1))).join('')}</row>`)
	.join('');

async function parquetFile(): Promise<Uint8Array> {
	const files = new MemoryFiles({}, 1 << 20);
	const all = 'id string, name string, extra string';
	const plan = aPlan([payload('in', all), fileSink('out', 'in', all, { format: { type: 'parquet' }, fileName: 'a.parquet' })]);
	await run(plan, { payload: ROWS.map((row) => ({ ...row, id: String(row.id) })), connections: { 1: files } });
	return files.files.get('out/a.parquet') as Uint8Array;
}

function table(): MemoryTables {
	const tables = new MemoryTables();
	tables.tables.set('t', { schema: schemaOf('id string, name string, extra string'), rows: [...ROWS] });
	return tables;
}

const http = (responseType: 'json' | 'ndjson'): PlanNode => {
	const source: HttpSource = {
		kind: 'http',
		connection: 1,
		request: { path: 'rows', method: 'GET', headers: {}, query: {}, body: null },
		pagination: { scheme: 'none' },
		responseType,
		baseRecord: '$',
		sleepMs: 0,
		maxRequests: null,
		requestsPerSecond: null,
		fields: FIELDS,
	};
	return aNode('in', { kind: 'scan', source }, [], SCHEMA, 'skip');
};
const ndjson = ROWS.map((row) => JSON.stringify(row)).join('\n');

const CASES: Readonly<Record<string, () => Case | Promise<Case>>> = {
	'a delimited file': () => file('a.csv', 'id,name,extra\n1,a,\n2,b,more\nx,c,\n4,d,\n', DELIMITED),
	'an Excel file': () => file('a.xlsx', workbookOf({ S: sheet }), { type: 'excel', sheet: null, headerRow: true }),
	'a Parquet file': async () => file('a.parquet', await parquetFile(), { type: 'parquet' }),
	'an NDJSON file': () => file('a.ndjson', ndjson, { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' }),
	'a JSON file': () => file('a.json', JSON.stringify({ data: ROWS }), { type: 'json', baseRecord: '$.data[*]', encoding: 'utf-8' }),
	'an API that answers JSON': () => ({ node: http('json'), connection: new MemoryApi(() => Response.json(ROWS)), header: false }),
	'an API that answers lines': () => ({ node: http('ndjson'), connection: new MemoryApi(() => new Response(ndjson)), header: false }),
	'a payload': () => ({ node: payload('in', SCHEMA, 'skip'), payload: ROWS, header: false }),
	'a table': () => ({
		node: aNode(
			'in',
			{
				kind: 'scan',
				source: { kind: 'table', connection: 1, from: { schema: null, table: 't' }, where: null, splitBy: null, parallel: 1, fields: FIELDS },
			},
			[],
			SCHEMA,
			'skip',
		),
		connection: table(),
		header: true,
	}),
};

async function under(made: Case, columns: ContractMode, dataType: ContractMode, variant: object = {}) {
	const plan = aPlan([made.node, result('out', 'in', SCHEMA)], { contracts: { columns, dataType } });
	const setup = {
		...variant,
		...(made.payload === undefined ? {} : { payload: made.payload }),
		...(made.connection === undefined ? {} : { connections: { 1: made.connection } }),
	};
	const { outcome, rows, badRecords } = await run(plan, setup);
	return {
		state: outcome.state,
		failure: outcome.state === 'failed' ? outcome.failures[0]?.message : null,
		rows: rows().map(({ id, name }) => `${id}${name}`),
		bad: badRecords.map((record) => `${record['row']} ${record['class']}`).sort(),
	};
}

const MODES: readonly ContractMode[] = ['evolve', 'freeze', 'discard_row', 'discard_value'];
/** What becomes of the row with a column too many, and of the one with a value of another type; on_error is skip. */
const OF_COLUMN = { evolve: ['2b', null], freeze: [null, '2 unknown_column'], discard_row: [null, '2 unknown_column'], discard_value: ['2b', null] } as const;
const OF_TYPE = {
	evolve: [null, '3 parse_error'],
	freeze: [null, '3 parse_error'],
	discard_row: [null, '3 parse_error'],
	discard_value: ['nullc', '3 parse_error'],
} as const;

describe.each(Object.entries(CASES))('%s', (_, make) => {
	test.each(MODES.flatMap((columns) => MODES.map((dataType) => [columns, dataType] as const)))('columns %s, data_type %s', async (columns, dataType) => {
		const made = await make();
		const found = await under(made, columns, dataType);
		if (made.header && columns === 'freeze') {
			expect(found).toMatchObject({ state: 'failed', rows: [], failure: expect.stringContaining('the package does not know: extra') });
			return;
		}
		const [column, columnBad] = OF_COLUMN[columns];
		const [value, valueBad] = OF_TYPE[dataType];
		expect(found).toEqual({
			state: 'completed',
			failure: null,
			rows: ['1a', column, value, '4d'].filter((row) => row !== null),
			bad: [columnBad, valueBad].filter((record) => record !== null),
		});
	});

	test('gives the same in slices, opened anew after each', async () => {
		const whole = await under(await make(), 'discard_row', 'discard_value');
		for (const variant of Object.values(VARIANTS)) expect(await under(await make(), 'discard_row', 'discard_value', variant)).toEqual(whole);
	});
});

test('a record with a member too many that ends the run is told with what lets it pass', async () => {
	const node = payload('in', SCHEMA);
	const plan = aPlan([node, result('out', 'in', SCHEMA)], { contracts: { columns: 'freeze', dataType: 'freeze' } });
	expect((await run(plan, { payload: ROWS })).outcome).toMatchObject({
		state: 'failed',
		failures: [{ class: 'unknown_column', row: 2, hint: expect.stringContaining('set contracts.columns to evolve') }],
	});
});
