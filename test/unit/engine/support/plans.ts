import { parseTypeName } from '../../../../src/data/type-names.ts';
import type { DataType, Schema } from '../../../../src/data/types.ts';
import type { Expr } from '../../../../src/expression/ir.ts';
import type { Destination, Source } from '../../../../src/plan/endpoints.ts';
import type { Operator } from '../../../../src/plan/operators.ts';
import type { NodeInput, OnError, OutPort, Plan, PlanNode, RunSettings } from '../../../../src/plan/plan.ts';

/** `schemaOf('id integer, name string')` */
export function schemaOf(text: string): Schema {
	return text.split(/,(?![^(]*\))/).map((field) => {
		const [name, type] = field.trim().split(/\s+(.*)/s) as [string, string];
		return { name, type: typeOf(type) };
	});
}

export function typeOf(text: string): DataType {
	const type = parseTypeName(text);
	if (type === null) throw new Error(`no type ${text}`);
	return type;
}

export const SETTINGS: RunSettings = { maxErrors: null, timeoutMinutes: null, contracts: { columns: 'evolve', dataType: 'freeze' } };

/** An input as `node`, `node:port`. */
export function aNode(id: string, operator: Operator, inputs: readonly string[], output: string | Schema, onError: OnError = 'fail'): PlanNode {
	const from = inputs.map((text): NodeInput => {
		const [node, port] = text.split(':') as [string, OutPort | undefined];
		return { node, port: port ?? 'out' };
	});
	const component = { id, name: id, type: `${operator.kind}_component` };
	return { id, component, operator, inputs: from, output: typeof output === 'string' ? schemaOf(output) : output, onError };
}

export function aPlan(nodes: readonly PlanNode[], settings: Partial<RunSettings> = {}): Plan {
	return { nodes, settings: { ...SETTINGS, ...settings } };
}

export function payload(id: string, schema: string, onError: OnError = 'fail'): PlanNode {
	const fields = schemaOf(schema).map(({ name, type }) => ({ source: name, name, type, format: null }));
	return aNode(id, { kind: 'scan', source: { kind: 'payload', fields } }, [], schema, onError);
}

export function csv(id: string, path: string, schema: string, more: Partial<Extract<Source, { kind: 'files' }>> = {}, onError: OnError = 'fail'): PlanNode {
	const fields = schemaOf(schema).map(({ name, type }) => ({ source: name, name, type, format: null }));
	const source: Source = {
		kind: 'files',
		connection: 1,
		bucket: null,
		path,
		format: DELIMITED,
		compression: 'none',
		fields,
		otherFields: 'drop',
		manifest: null,
		...more,
	};
	return aNode(id, { kind: 'scan', source }, [], schema, onError);
}

export const DELIMITED = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: true, recordDelimiter: '\n', encoding: 'utf-8' } as const;

export function result(id: string, input: string, schema: Schema | string, maxRows = 1_000_000): PlanNode {
	return aNode(id, { kind: 'sink', destination: { kind: 'result', maxRows } }, [input], schema);
}

export function fileSink(id: string, input: string, schema: string, more: Partial<Extract<Destination, { kind: 'files' }>> = {}): PlanNode {
	const destination: Destination = {
		kind: 'files',
		connection: 1,
		bucket: null,
		path: 'out',
		fileName: 'part-00000.csv',
		format: DELIMITED,
		compression: 'none',
		ifExists: 'refuse',
		singleFile: true,
		...more,
	};
	return aNode(id, { kind: 'sink', destination }, [input], schema);
}

export function column(name: string, type: string): Expr {
	return { kind: 'column', name, type: typeOf(type) };
}

export function literal(value: null | boolean | number | string, type: string): Expr {
	return { kind: 'literal', value, type: typeOf(type) };
}

export function call(name: string, type: string, ...args: Expr[]): Expr {
	return { kind: 'call', function: name, type: typeOf(type), arguments: args };
}

export function tableSink(
	id: string,
	input: string,
	schema: string,
	more: Partial<Extract<Destination, { kind: 'table' }>> = {},
	onError: OnError = 'fail',
): PlanNode {
	const destination: Destination = {
		kind: 'table',
		connection: 2,
		schema: null,
		table: id,
		operation: 'append',
		mergeKeys: [],
		mergeCondition: null,
		createTable: true,
		addMissingColumns: false,
		columns: schemaOf(schema).map(({ name, type }) => ({ field: name, column: name, type })),
		preSql: null,
		postSql: null,
		batchSize: 5,
		...more,
	};
	return aNode(id, { kind: 'sink', destination }, [input], schema, onError);
}
