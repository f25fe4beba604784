import type { OpenConnection } from '../../../../src/connectors/connector.ts';
import type { FileFormat, HttpSource } from '../../../../src/plan/endpoints.ts';
import type { OnError, PlanNode } from '../../../../src/plan/plan.ts';
import { workbookOf } from '../../data/xlsx.ts';
import { MemoryFiles } from './file-store.ts';
import { MemoryApi } from './http-api.ts';
import { aNode, aPlan, csv, DELIMITED, fileSink, payload, schemaOf } from './plans.ts';
import { type RunSetup, run } from './run.ts';
import { MemoryTables } from './table-store.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** A source of every kind that holds the same rows, and how to read it as a schema. */
export interface AnySource {
	readonly node: PlanNode;
	readonly setup: RunSetup;
}

export type SourceKind = 'delimited' | 'ndjson' | 'json' | 'excel' | 'parquet' | 'payload' | 'api' | 'table';
export const SOURCE_KINDS: readonly SourceKind[] = ['delimited', 'ndjson', 'json', 'excel', 'parquet', 'payload', 'api', 'table'];

export async function sourceOf(kind: SourceKind, rows: readonly Row[], schema: string, onError: OnError = 'fail'): Promise<AnySource> {
	const names = Object.keys(rows[0] ?? Object.fromEntries(schemaOf(schema).map(({ name }) => [name, null])));
	switch (kind) {
		case 'delimited': {
			const lines = rows.map((row) => names.map((name) => (row[name] == null ? '' : `"${row[name]}"`)).join(','));
			return fileOf([names.join(','), ...lines].join('\n'), DELIMITED, schema, onError);
		}
		case 'ndjson':
			return fileOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' }, schema, onError);
		case 'json':
			return fileOf(JSON.stringify({ data: rows }), { type: 'json', baseRecord: '$.data[*]', encoding: 'utf-8' }, schema, onError);
		case 'excel':
			return fileOf(excelOf(names, rows), { type: 'excel', sheet: null, headerRow: true }, schema, onError);
		case 'parquet':
			return fileOf(await parquetOf(names, rows), { type: 'parquet' }, schema, onError);
		case 'payload':
			return { node: payload('in', schema, onError), setup: { payload: rows } };
		case 'api':
			return { node: apiNode(schema, onError), setup: { connections: { 1: new MemoryApi(() => Response.json(rows)) } } };
		case 'table':
			return { node: tableNode(schema, onError), setup: { connections: { 1: tableOf(names, rows) } } };
	}
}

export function fileOf(content: string | Uint8Array, format: FileFormat, schema: string, onError: OnError = 'fail'): AnySource {
	const connection: OpenConnection = new MemoryFiles({ file: content });
	return { node: csv('in', 'file', schema, { format }, onError), setup: { connections: { 1: connection } } };
}

function excelOf(names: readonly string[], rows: readonly Row[]): Uint8Array {
	const letters = 'ABCDEFGH';
	const cell = (value: string | number | null, column: number, row: number) => {
		const at = `${letters[column]}${row}`;
		if (value === null) return '';
		return typeof value === 'number' ? `<c r="${at}"><v>${value}</v></c>` : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
	};
	const all = [names, ...rows.map((row) => names.map((name) => row[name] ?? null))];
	return workbookOf({
		S: all.map((cells, row) => `<row r="${row + 1}">${cells.map((value, column) => cell(value, column, row + 1)).join('')}</row>`).join(''),
	});
}

async function parquetOf(names: readonly string[], rows: readonly Row[]): Promise<Uint8Array> {
	const files = new MemoryFiles({}, 1 << 22);
	const schema = names.map((name) => ({ name, type: { kind: 'string' } as const }));
	const text = names.map((name) => `${name} string`).join(', ');
	const plan = aPlan([{ ...payload('in', text), output: schema }, fileSink('out', 'in', text, { format: { type: 'parquet' }, fileName: 'a.parquet' })]);
	const texts = rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] == null ? null : String(row[name])])));
	await run(plan, { payload: texts, connections: { 1: files } });
	return files.files.get('out/a.parquet') as Uint8Array;
}

function apiNode(schema: string, onError: OnError): PlanNode {
	const source: HttpSource = {
		kind: 'http',
		connection: 1,
		request: { path: 'rows', method: 'GET', headers: {}, query: {}, body: null },
		pagination: { scheme: 'none' },
		responseType: 'json',
		baseRecord: '$',
		sleepMs: 0,
		maxRequests: null,
		requestsPerSecond: null,
		fields: fieldsOf(schema),
	};
	return aNode('in', { kind: 'scan', source }, [], schema, onError);
}

function tableNode(schema: string, onError: OnError): PlanNode {
	const from = { schema: null, table: 't' };
	return aNode(
		'in',
		{ kind: 'scan', source: { kind: 'table', connection: 1, from, where: null, splitBy: null, parallel: 1, fields: fieldsOf(schema) } },
		[],
		schema,
		onError,
	);
}

function tableOf(names: readonly string[], rows: readonly Row[]): MemoryTables {
	const tables = new MemoryTables();
	tables.tables.set('t', { schema: names.map((name) => ({ name, type: { kind: 'string' } })), rows: [...rows] });
	return tables;
}

function fieldsOf(schema: string) {
	return schemaOf(schema).map(({ name, type }) => ({ source: name, name, type, format: null }));
}
