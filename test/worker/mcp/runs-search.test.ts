import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aConnection, anAccount, callTool, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;
let package_id: number;
let connection_id: number;
let run_id: number;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	connection_id = await aConnection('acme', { name: 'Warehouse files', type: 'r2' });
	const made = await callTool(account, 'create_package', {
		name: 'Nightly orders',
		description: 'Moves 100% of "orders" to the warehouse',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'incoming invoices', fields: [{ name: 'n', type: 'integer' }] } },
			{ assert_component: { id: 'check', name: 'check', expression: 'n < 2', message: 'implausible quantity' } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'check' },
			{ source: 'check', target: 'out' },
		],
	});
	package_id = Number(made.structuredContent?.['package_id']);
	const run = await callTool(account, 'run_package', { package_id, payload: [{ n: 5 }], wait_seconds: 30 });
	run_id = Number(run.structuredContent?.['run_id']);
});

const found = async (query: string, args: Record<string, unknown> = {}, of = account) => {
	const result = await callTool(of, 'search_all', { query, ...args });
	expect(result.isError, result.content[0]?.text).not.toBe(true);
	const { results } = result.structuredContent as { results: { type: string; id: number }[] };
	return results.map(({ type, id }) => `${type}:${id}`);
};

describe('search_all', () => {
	test('finds by name, description, component name and error, in any case and by parts of words', async () => {
		for (const query of ['NIGHTLY', 'night ord', 'invoices', '"orders"', '100%']) expect(await found(query), query).toEqual([`package:${package_id}`]);
		expect(await found('warehouse')).toEqual([`package:${package_id}`, `connection:${connection_id}`]);
		await expect.poll(() => found('implausible', { types: ['runs'] })).toEqual([`run:${run_id}`]);
	});

	test('narrows to types and to a number of each', async () => {
		expect(await found('warehouse', { types: ['connections', 'clusters'] })).toEqual([`connection:${connection_id}`]);
		expect(await found('e', { types: ['connections'], per_type_limit: 1 })).toHaveLength(1);
	});

	test('takes every text as words, never as syntax', async () => {
		for (const query of [
			'""" OR',
			'name:nightly',
			'nightly NOT orders',
			'nightly*',
			'^nightly',
			'NEAR(a b)',
			"'; DROP TABLE packages --",
			'{name}:x',
			'\\',
			'%_%',
		])
			expect(await found(query), query).toEqual([]);
	});

	test('follows a change of the name, and knows only the account of whoever asks', async () => {
		await callTool(account, 'rename_package', { package_id, name: 'Hourly shipments' });
		expect(await found('shipments')).toEqual([`package:${package_id}`]);
		expect(await found('nightly')).toEqual([]);
		expect(await found('shipments', {}, await anAccount('other'))).toEqual([]);
	});
});
