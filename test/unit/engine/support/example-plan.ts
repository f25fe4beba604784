import type { ComponentDefinition, ComponentExample, ExampleTable } from '../../../../src/catalogue/component.ts';
import type { HttpEndpoint, OpenConnection } from '../../../../src/connectors/connector.ts';
import { parseTypeName } from '../../../../src/data/type-names.ts';
import type { Schema } from '../../../../src/data/types.ts';
import { deadLetterSchema } from '../../../../src/plan/dead-letter.ts';
import type { OutPort, Plan, PlanNode } from '../../../../src/plan/plan.ts';
import { built, examplePackage } from '../../catalogue/makers.ts';
import { MemoryFiles } from './file-store.ts';
import { aNode, result } from './plans.ts';
import { MemoryTables } from './table-store.ts';

const FILES = 99;
const schemaOf = (table: ExampleTable): Schema =>
	Object.entries(table.schema).map(([name, text]) => ({ name, type: parseTypeName(text) ?? { kind: 'string' } }));

export const objects = (table: ExampleTable) => table.rows.map((row) => Object.fromEntries(Object.keys(table.schema).map((name, i) => [name, row[i]])));

/** The example between files and results: one for each port it says something about. */
export function examplePlan(definition: ComponentDefinition, example: ComponentExample): { plan: Plan; schemas: Partial<Record<OutPort, Schema>> } {
	const table = example.outside?.table;
	const discovered = table === undefined ? {} : { discovered: new Map([['example', schemaOf(table)]]) };
	const { plan } = built(examplePackage(definition, example), { ...discovered, predefined: { _JOB_SUBMISSION_TIMESTAMP: '2024-01-31T12:00:00Z' } });
	const nodes = (plan as Plan).nodes.filter((node) => node.id !== 'result').map(asFile);
	const tested = nodes.find((node) => node.id === 'example') as PlanNode;
	const input = nodes.find((node) => node.id === tested.inputs[0]?.node)?.output ?? [];
	const schemas: Partial<Record<OutPort, Schema>> = {
		out: tested.output,
		rejected: input,
		dead_letter: deadLetterSchema(tested.inputs.length === 0 ? tested.output : input),
	};
	const checks = (Object.keys(example.then ?? {}) as (OutPort | 'written')[])
		.filter((port): port is OutPort => port !== 'written')
		.map((port) => result(`check_${port}`, `example:${port}`, schemas[port] as Schema));
	return { plan: { nodes: [...nodes, ...checks], settings: (plan as Plan).settings }, schemas };
}

/** Payload sources share one payload, so each input is a file of its own instead. */
function asFile(node: PlanNode): PlanNode {
	const { operator } = node;
	if (!node.id.startsWith('input_') || operator.kind !== 'scan' || operator.source.kind !== 'payload') return node;
	const format = { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' } as const;
	const { fields } = operator.source;
	const source = {
		kind: 'files',
		connection: FILES,
		bucket: null,
		path: `${node.id}.ndjson`,
		format,
		compression: 'none',
		fields,
		otherFields: 'drop',
		manifest: null,
	} as const;
	return aNode(node.id, { kind: 'scan', source }, [], node.output);
}

/** What the example's connections reach: 1 files, 2 and 4 tables, 3 an API. */
export function outsideOf(example: ComponentExample): { connections: Record<number, OpenConnection> } {
	const inputs = new MemoryFiles(
		Object.fromEntries(
			example.given.map((table, i) => [
				`input_${i}.ndjson`,
				objects(table)
					.map((row) => `${JSON.stringify(row)}\n`)
					.join(''),
			]),
		),
	);
	const files = new MemoryFiles();
	const path = example.config['path'];
	if (example.outside?.file !== undefined) files.put(String(path).replace('*', '1'), example.outside.file);
	const tables = new MemoryTables();
	const table = example.outside?.table;
	if (table !== undefined) tables.tables.set(String(example.config['table']), { schema: schemaOf(table), rows: objects(table) });
	return { connections: { [FILES]: inputs, 1: files, 2: tables, 3: api(example.outside?.answers ?? []), 4: tables } };
}

function api(answers: readonly unknown[]): HttpEndpoint {
	const left = [...answers];
	return {
		kind: 'http',
		close: async () => {},
		interrupt: () => {},
		check: async () => ({ ok: true, latencyMs: 0, message: '' }),
		send: async (request) => (request.method === 'GET' ? Response.json(left.shift() ?? null) : new Response(null, { status: 204 })),
	};
}
