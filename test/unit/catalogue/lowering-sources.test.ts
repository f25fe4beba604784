import { describe, expect, test } from 'vitest';
import { columns, faults, lower, operator } from './lowered.ts';
import { around, built, faultsOf } from './makers.ts';

describe('file storage source', () => {
	const file = (config: Readonly<Record<string, unknown>>) => {
		const scan = operator(lower('cloud_storage_source_component', { connection_id: 1, fields: [{ name: 'a' }], ...config }, []), 'scan');
		if (scan.source.kind !== 'files') throw new Error(scan.source.kind);
		return scan.source;
	};

	test.each([
		['a.csv', 'delimited'],
		['a.CSV.gz', 'delimited'],
		['in/*.jsonl', 'ndjson'],
		['x.parquet', 'parquet'],
		['x.xlsx', 'excel'],
		['{01,02}.json.zip', 'json'],
		['in/2024-*.txt*', 'delimited'],
	])('takes the record type of %s from its extension', (path, type) => {
		expect(file({ path }).format.type).toBe(type);
	});

	test('takes a tab for .tsv, and \\t for a tab', () => {
		expect(
			[file({ path: 'a.tsv' }), file({ path: 'a.csv', delimiter: '\\t' }), file({ path: 'a.tsv.gz', delimiter: ';' })].map(({ format }) => format),
		).toMatchObject([{ delimiter: '\t' }, { delimiter: '\t' }, { delimiter: ';' }]);
	});

	test('matches fields by header name, without a header by position', () => {
		const fields = [{ name: 'a', alias: 'b', type: 'long' }, { name: 'c' }];
		expect(file({ path: 'a.csv', fields }).fields).toEqual([
			{ source: 'a', name: 'b', type: { kind: 'long' }, format: null },
			{ source: 'c', name: 'c', type: { kind: 'string' }, format: null },
		]);
		expect(file({ path: 'a.csv', header_row: false, fields }).fields.map(({ source }) => source)).toEqual([0, 1]);
	});

	test('gives raw records as one text column', () => {
		const node = lower('cloud_storage_source_component', { connection_id: 1, path: 'a.log', record_type: 'raw', record_delimiter: 'end_of_file' }, []);
		expect([columns(node), operator(node, 'scan').source]).toMatchObject([
			['data string'],
			{ format: { type: 'raw', recordDelimiter: 'end_of_file', encoding: 'utf-8' }, fields: [{ source: 0, name: 'data' }] },
		]);
	});

	test('keeps the other columns as discovered where told to', () => {
		const definition = around(
			'cloud_storage_source_component',
			{ connection_id: 1, path: 'a.csv', fields: [{ name: 'b', type: 'date', alias: 'day' }], other_fields: 'keep' },
			[],
		);
		const discovered = new Map([
			[
				'example',
				[
					{ name: 'a', type: { kind: 'integer' } as const },
					{ name: 'b', type: { kind: 'string' } as const },
				],
			],
		]);
		expect(
			built(definition, { discovered })
				.nodes.find(({ id }) => id === 'example')
				?.output.map(({ name }) => name),
		).toEqual(['day', 'a']);
	});

	test('tells options that mean nothing for the record type', () => {
		const warned = (config: Readonly<Record<string, unknown>>) =>
			built(around('cloud_storage_source_component', { connection_id: 1, fields: [{ name: 'a' }], ...config }, [])).warnings.map(({ message }) => message);
		expect(warned({ path: 'a.ndjson', base_record: '$.data', sheet: 'A', quote: '"' })).toEqual([
			'base_record has no effect on files of record_type ndjson',
			'sheet has no effect on files of record_type ndjson',
		]);
		expect(warned({ path: 'a.csv', delimiter: ';', char_encoding: 'latin1' })).toEqual([]);
	});

	test('refuses what does not go together', () => {
		const told = (config: Readonly<Record<string, unknown>>) =>
			faults('cloud_storage_source_component', { connection_id: 1, path: 'a.csv', fields: [{ name: 'a' }], ...config }, []);
		expect(told({ path: 'folder/' })).toEqual([
			'components[0].cloud_storage_source_component.record_type: the extension of "folder/" does not say how its records are written',
		]);
		expect(told({ delimiter: '"' })[0]).toContain('quote and delimiter are both');
		expect(told({ delimiter: 'ab' })[0]).toContain('delimiter is "ab"');
		expect(told({ header_row: true, record_delimiter: 'end_of_file' })[0]).toContain('each file is one record, and header_row takes it');
		expect(told({ path: 'a.json', base_record: '$..a' })[0]).toContain('base_record: "$..a" is not a JSONPath');
		expect(told({ char_encoding: 'klingon' })[0]).toContain('"klingon" is no known encoding');
		expect(told({ source_action: 'copy' })[0]).toContain('source_action copy needs a manifest_path');
		expect(told({ path: 'https://evil.example/a.csv' })[0]).toContain('full address');
		expect(told({ path: '../a.csv' })[0]).toContain('it holds ..');
		expect(told({ bucket: 'a/../b' })[0]).toContain('"a/../b" is no name of a bucket');
		expect(told({ fields: [{ name: 'a', format: 'dd.MM.yyyy' }] })[0]).toContain('a format is for dates');
		expect(told({ fields: [{ name: 'a', type: 'date', format: 'bogus' }] })).toHaveLength(1);
		expect(told({ fields: [{ name: 'a' }, { name: 'b', alias: 'a' }] })[0]).toContain('two output columns would be named "a"');
	});
});

describe('database source', () => {
	const fields = [{ name: 'id', type: 'integer', alias: 'key' }];
	const discovered = new Map([
		[
			'example',
			[
				{ name: 'id', type: { kind: 'integer' } as const },
				{ name: 'updated_at', type: { kind: 'datetime' } as const },
			],
		],
	]);

	test('checks where_clause over all columns of the table, under their own names', () => {
		const definition = around(
			'database_source_component',
			{ connection_id: 2, schema_name: 's', table: 't', where_clause: "updated_at >= '$since' and id > 3", fields },
			[],
			{ since: '2024-01-01' },
		);
		const node = built(definition, { discovered }).nodes.find(({ id }) => id === 'example');
		expect(node?.output).toEqual([{ name: 'key', type: { kind: 'integer' } }]);
		expect(node?.operator).toMatchObject({ source: { from: { schema: 's', table: 't' }, fields: [{ source: 'id', name: 'key' }], where: { kind: 'and' } } });
	});

	test('binds the variables of a query', () => {
		const node = lower('database_source_component', { connection_id: 2, access_mode: 'query', query: "select 1 where d > '$since'", fields }, [], {
			since: { type: 'date', default: '2024-01-01' },
		});
		expect(node.operator).toMatchObject({ source: { from: { query: 'select 1 where d > ?', parameters: [{ type: { kind: 'date' }, value: '2024-01-01' }] } } });
	});

	test.each(['id > 1; drop table t', 'id > 1 -- x', 'id in (select 1)', 'id > 1 /* x */'])('refuses %j as a where_clause', (where_clause) => {
		expect(faultsOf(around('database_source_component', { connection_id: 2, table: 't', where_clause, fields }, []), { discovered })).toHaveLength(1);
	});

	test('refuses what does not go together', () => {
		const told = (config: Readonly<Record<string, unknown>>) =>
			faultsOf(around('database_source_component', { connection_id: 2, fields, ...config }, []), { discovered });
		expect(told({})[0]).toContain('table: no table is named');
		expect(told({ table: 't', query: 'select 1' })[0]).toContain('a query is given, access_mode is table');
		expect(told({ access_mode: 'query', table: 't', where_clause: 'id > 1' })).toHaveLength(3);
		expect(told({ table: 'public.orders' })[0]).toContain('names a schema and a table in one');
		expect(told({ table: 't', split_by: 'nothing' })[0]).toContain('there is no column "nothing"');
	});
});

describe('REST API source', () => {
	const told = (config: Readonly<Record<string, unknown>>) => faults('rest_api_source_component', { connection_id: 3, fields: [{ name: 'a' }], ...config }, []);

	test('fills path, headers, query and body', () => {
		const node = lower(
			'rest_api_source_component',
			{
				connection_id: 3,
				path: 'v1/$day',
				method: 'POST',
				headers: { 'X-Run': '$_RUN_ID' },
				query: { since: '$day' },
				body: { n: '$n' },
				fields: [{ name: 'a' }],
			},
			[],
			{ day: '2024-01-31', n: 5 },
		);
		expect(node.operator).toMatchObject({
			source: {
				request: { path: 'v1/2024-01-31', headers: { 'x-run': '', 'content-type': 'application/json' }, query: { since: '2024-01-31' }, body: '{"n":5}' },
			},
		});
	});

	test('keeps credentials, line breaks and other origins out of a request', () => {
		expect(told({ headers: { Authorization: 'Bearer x' } })[0]).toContain('the header Authorization cannot be set here');
		expect(told({ headers: { cookie: 'a', 'bad name': 'x' } })).toHaveLength(2);
		expect(told({ path: 'http://169.254.169.254/' })[0]).toContain('full address');
		expect(faults('rest_api_source_component', { connection_id: 3, headers: { a: '$x' }, fields: [{ name: 'a' }] }, [], { x: 'a\r\nhost: evil' })[0]).toContain(
			'line break',
		);
	});

	test('asks for what a scheme needs', () => {
		expect(told({ pagination: { scheme: 'offset' } })[0]).toContain('pagination by offset needs size');
		expect(told({ pagination: { scheme: 'cursor', cursor_path: '$..next' } })[0]).toContain('pagination.cursor_path: "$..next" is not a JSONPath');
		const query = { page: '2', limit: '5' };
		const paged = around('rest_api_source_component', { connection_id: 3, fields: [{ name: 'a' }], query, pagination: { scheme: 'page' } }, []);
		expect(built(paged).warnings.map(({ message }) => message)).toEqual(['query.page has no effect: pagination sets page']);
		expect(told({ pagination: { scheme: 'cursor' } })[0]).toContain('pagination by cursor needs cursor_path');
		expect(told({ body: 'x' })[0]).toContain('a GET request has no body');
	});
});
