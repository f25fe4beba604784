import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPONENTS } from '../../src/catalogue/index.ts';
import { type Assistant, connectAssistant } from '../../src/cli/demo/assistant.ts';
import { fileClient } from '../../src/cli/file-client.ts';
import { sendJson } from '../../src/cli/http-client.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

/** The packages of docs/examples, created and run as they stand there on a gateway beside an API. */
interface Package {
	readonly components: readonly Readonly<Record<string, object>>[];
}
interface Run {
	readonly run_id: number;
	readonly status: string;
	readonly error?: unknown;
	readonly outputs: readonly { readonly name: string; readonly rows?: readonly unknown[] | null; readonly records_count: number }[];
	readonly tasks?: readonly { readonly id: string; readonly status: string; readonly error: unknown }[];
}

const ORDERS = [
	'id,customer_id,day,items,detail',
	'1,10,2024-01-01,"[""tea"",""cup""]","{""price"":4.5}"',
	'2,11,2024-01-01,"[""tea""]","{""price"":2}"',
	'3,10,2024-01-02,"[""pot""]","{""price"":20}"',
	'5,11,2024-01-02,[],{}',
	'',
].join('\n');
const FIRST = { id: 1, customer_id: 10, day: '2024-01-01', items: ['tea', 'cup'], detail: '{"price":4.5}', price: 4.5 };
const SECOND = { id: 2, customer_id: 11, day: '2024-01-01', items: ['tea'], detail: '{"price":2}', price: 2 };
const THIRD = { id: 3, customer_id: 10, day: '2024-01-02', items: ['pot'], detail: '{"price":20}', price: 20 };
/** In the payload of the call; its number is past what a double holds, and becomes the type of both inputs of the union. */
const LATE = { id: '9007199254740993', customer_id: 11, day: '2024-01-02', price: 6 };

let folder: string;
let gateway: GatewayProcess;
let assistant: Assistant;
const taken: { path: string; body: unknown }[] = [];
const api = createServer((request, response) => {
	const chunks: Buffer[] = [];
	request.on('data', (chunk: Buffer) => chunks.push(chunk));
	request.on('end', () => {
		if (request.method === 'POST') taken.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
		response.writeHead(200, { 'Content-Type': 'application/json' });
		response.end(
			JSON.stringify({
				rates: [
					{ currency: 'EUR', rate: 1 },
					{ currency: 'USD', rate: 1.25 },
				],
			}),
		);
	});
});

beforeAll(async () => {
	await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
	folder = await mkdtemp(join(tmpdir(), 'headgate-every-'));
	gateway = await startGatewayProcess(join(folder, 'state'), [], { HEADGATE_ALLOW_PRIVATE_HOSTS: 'true' });
	const { url, account, token, admin_token, mcp_url } = gateway.ready;
	await writeFile(join(folder, 'orders.csv'), ORDERS);
	await fileClient(url, account, token).put(join(folder, 'orders.csv'), 'orders/january.csv');
	const base_url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/`;
	await sendJson(`${url}/api/admin/connections`, admin_token, { account, name: 'api', type: 'http', config: { base_url } });
	assistant = await connectAssistant(mcp_url, token);
});
afterAll(async () => {
	await assistant?.close();
	await gateway?.end('SIGTERM');
	await new Promise((resolve) => api.close(resolve));
	await rm(folder, { recursive: true, force: true });
});

const example = async (name: string) => JSON.parse(await readFile(join(import.meta.dirname, `../../docs/examples/${name}.json`), 'utf8')) as Package;
const keysOf = ({ components }: Package) => [...new Set(components.flatMap((component) => Object.keys(component)))].sort();
const keysIn = (tasks: boolean) =>
	COMPONENTS.filter(({ category }) => (category === 'task') === tasks)
		.map(({ key }) => key)
		.sort();

test('a package with every component of the catalogue runs, and every row that comes out is right', async () => {
	const everything = await example('every-component');
	expect(keysOf(everything)).toEqual(keysIn(false));
	const { package_id } = await assistant.call<{ package_id: number }>('create_package', { ...everything });
	expect(package_id).toBe(1);
	await customers();
	const run = await assistant.call<Run>('run_package', { package_id, payload: [LATE, LATE], wait_seconds: 50 });
	expect(run).toMatchObject({ status: 'completed' });
	expect(rowsOf(run)).toEqual({
		'lines of orders': [
			{ ...FIRST, item: 'cup' },
			{ ...FIRST, item: 'tea' },
			{ ...SECOND, item: 'tea' },
			{ ...THIRD, item: 'pot' },
		],
		'orders without a price': [
			{
				...{ id: 5, customer_id: 11, day: '2024-01-02', items: [], detail: '{}', price: null },
				...{ _component: 'priced', _row_number: 4, _error_class: 'assertion_failed', _error_field: null, _error_message: 'an order has a price' },
			},
		],
		'small orders': [SECOND],
		labels: [
			{ id: LATE.id, label: 'Bo #2', so_far: 6 },
			{ id: 1, label: 'Ana #3', so_far: 4.5 },
			{ id: 3, label: 'Ana #1', so_far: 24.5 },
		],
		rollup: [
			{ name: 'Ana', day: '2024-01-01', total: 4.5 },
			{ name: 'Ana', day: '2024-01-02', total: 20 },
			{ name: 'Ana', day: null, total: 24.5 },
			{ name: 'Bo', day: '2024-01-02', total: 6 },
			{ name: 'Bo', day: null, total: 6 },
			{ name: null, day: null, total: 30.5 },
		],
		'totals in currencies': [
			{ name: 'Ana', total: 24.5, orders: 2, currency: 'EUR', rate: 1 },
			{ name: 'Ana', total: 24.5, orders: 2, currency: 'USD', rate: 1.25 },
			{ name: 'Bo', total: 6, orders: 1, currency: 'EUR', rate: 1 },
			{ name: 'Bo', total: 6, orders: 1, currency: 'USD', rate: 1.25 },
		],
	});
	expect(await topOrders()).toEqual([
		{ id: LATE.id, name: 'Bo' },
		{ id: 3, name: 'Ana' },
	]);
	expect((await stored('reports/by-day/totals.csv')).trim().split('\n').sort()).toEqual([
		'Ana,2024-01-01,4.50',
		'Ana,2024-01-02,20.00',
		'Bo,2024-01-01,',
		'Bo,2024-01-02,6.00',
		'name,day,total',
	]);
	expect(sorted(taken.splice(0))).toEqual([
		{ path: '/totals', body: { name: 'Ana', total: 24.5, orders: 2 } },
		{ path: '/totals', body: { name: 'Bo', total: 6, orders: 1 } },
	]);
}, 120_000);

test('a workflow with every task of the catalogue runs, and each has done its work', async () => {
	const everything = await example('every-task');
	expect(keysOf(everything)).toEqual(keysIn(true));
	const load = await withoutPayload();
	const components = everything.components.map((task) =>
		'run_package_component' in task ? { run_package_component: { ...task['run_package_component'], package_id: load } } : task,
	);
	const { package_id } = await assistant.call<{ package_id: number }>('create_package', { ...everything, components });
	const run = await assistant.call<Run>('run_package', { package_id, wait_seconds: 50 });
	expect(run).toMatchObject({ status: 'completed' });
	const { tasks } = await assistant.call<Run>('get_run', { run_id: run.run_id });
	expect(tasks?.map(({ id, status, error }) => [id, status, error])).toEqual(['load', 'count', 'keep', 'pause', 'tell'].map((id) => [id, 'completed', null]));
	// There are no late orders.
	expect(await topOrders()).toEqual([
		{ id: 1, name: 'Ana' },
		{ id: 3, name: 'Ana' },
	]);
	const kept = await stored('reports/kept/totals.csv');
	expect(kept.trim().split('\n').sort()).toEqual(['Ana,2024-01-01,4.50', 'Ana,2024-01-02,20.00', 'name,day,total']);
	expect(taken).toEqual([
		{ path: '/totals', body: { name: 'Ana', total: 24.5, orders: 2 } },
		{ path: '/done', body: { top: 2, run: run.run_id } },
	]);
}, 120_000);

/** The package with every component, which reads its late orders from a file without any: a workflow gives no payload. */
async function withoutPayload(): Promise<number> {
	const everything = await example('every-component');
	const components = everything.components.map((component) => {
		const payload = component['payload_source_component'] as { readonly fields: readonly { readonly name: string }[] } | undefined;
		if (payload === undefined) return component;
		return { cloud_storage_source_component: { ...payload, connection_id: 1, path: 'orders/late.txt', record_type: 'delimited' } };
	});
	const payload = everything.components.flatMap((component) => component['payload_source_component'] ?? []) as { fields: { name: string }[] }[];
	await writeFile(join(folder, 'late.txt'), `${payload[0]?.fields.map(({ name }) => name).join(',')}\n`);
	const { url, account, token } = gateway.ready;
	await fileClient(url, account, token).put(join(folder, 'late.txt'), 'orders/late.txt');
	const made = await assistant.call<{ package_id: number }>('create_package', { ...everything, name: 'every component but the payload', components });
	return made.package_id;
}

/** The table that the package reads. */
async function customers(): Promise<void> {
	const fields = [
		{ name: 'id', type: 'integer' },
		{ name: 'name', type: 'string' },
	];
	const { package_id } = await assistant.call<{ package_id: number }>('create_package', {
		name: 'customers',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields } },
			{ database_destination_component: { id: 'out', name: 'out', connection_id: 2, table: 'customers', operation: 'truncate_and_insert' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	const payload = [
		{ id: 10, name: 'Ana' },
		{ id: 11, name: 'Bo' },
	];
	expect(await assistant.call('run_package', { package_id, payload, wait_seconds: 50 })).toMatchObject({ status: 'completed' });
}

async function stored(path: string): Promise<string> {
	const { url, account, token } = gateway.ready;
	await fileClient(url, account, token).get(path, join(folder, 'out'));
	return readFile(join(folder, 'out'), 'utf8');
}

/** By a package that reads it: exact, whatever the size of its numbers. */
async function topOrders(): Promise<unknown> {
	const { package_id } = await assistant.call<{ package_id: number }>('create_package', {
		name: `look ${looks++}`,
		flow_type: 'dataflow',
		components: [
			{
				database_source_component: {
					id: 'in',
					name: 'in',
					connection_id: 2,
					table: 'top_orders',
					fields: ['id', 'name'].map((name) => ({ name, type: name === 'id' ? 'long' : 'string' })),
				},
			},
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	return rowsOf(await assistant.call<Run>('run_package', { package_id, wait_seconds: 50 }))['out'];
}
let looks = 0;

/** Rows of the result destinations, in one order. */
const rowsOf = ({ outputs }: Run) => Object.fromEntries(outputs.flatMap(({ name, rows }) => (rows == null ? [] : [[name, sorted(rows)]])));

const sorted = <T>(values: readonly T[]): T[] => [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
