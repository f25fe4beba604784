import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, post, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

interface Listed {
	readonly name: string;
	readonly annotations: { readonly readOnlyHint: boolean };
}

async function listed(query: string, headers: Record<string, string> = {}, token = account.token): Promise<readonly Listed[]> {
	const { result } = (await (await post(`/acme/api/mcp${query}`, token, LIST, headers)).json()) as Rpc;
	return result?.['tools'] as Listed[];
}

const namesOf = (tools: readonly Listed[]): string[] => tools.map((tool) => tool.name);

async function called(name: string, query: string, headers: Record<string, string> = {}, token = account.token): Promise<Record<string, unknown> | undefined> {
	const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } };
	return ((await (await post(`/acme/api/mcp${query}`, token, message, headers)).json()) as Rpc).result;
}

const all = async (): Promise<string[]> => namesOf(await listed(''));

describe('a connection is narrowed', () => {
	test.each([
		['?readonly=1', {}],
		['?readonly=true', {}],
		['?readonly', {}],
		['', { 'X-Read-Only-Mode': 'true' }],
		['?readonly=0', { 'X-Read-Only-Mode': 'on' }],
	] as [string, Record<string, string>][])('to reading by %j and %j', async (query, headers) => {
		const tools = await listed(query, headers);
		expect(tools.length).toBeGreaterThan(10);
		expect(tools.filter((tool) => !tool.annotations.readOnlyHint)).toEqual([]);
		expect(await called('create_package', query, headers)).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('read-only') }] });
	});

	test.each([
		['?tools=get_run,list_runs', {}],
		['', { 'X-Allowed-Tools': 'list_runs , get_run' }],
		['?tools=get_run,list_runs,cancel_job', { 'X-Allowed-Tools': 'get_run,list_runs,list_packages' }],
		['?tools=get_run,list_runs,no_such_tool', {}],
	] as [string, Record<string, string>][])('to named tools by %j and %j', async (query, headers) => {
		expect(namesOf(await listed(query, headers)).sort()).toEqual(['get_run', 'list_runs']);
		expect(await called('list_packages', query, headers)).toMatchObject({ isError: true });
		expect(await called('list_runs', query, headers)).toMatchObject({ structuredContent: { runs: [] } });
	});

	test.each(['?toolsets=runs,clusters', '?apps=runs,clusters', '?toolsets=runs,clusters&apps=runs,clusters,packages'])('to toolsets by %j', async (query) => {
		const names = namesOf(await listed(query));
		expect(names).toEqual(expect.arrayContaining(['run_package', 'list_clusters']));
		expect(names).not.toContain('list_packages');
		const refused = await called('list_packages', query);
		expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('toolset packages; this connection is for runs, clusters') }] });
	});

	test('by tools it must not use', async () => {
		const headers = { 'X-Disallowed-Tools': 'delete_package,run_package' };
		expect(namesOf(await listed('', headers))).toEqual((await all()).filter((name) => name !== 'delete_package' && name !== 'run_package'));
		expect(await called('run_package', '', headers)).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('X-Disallowed-Tools') }] });
	});

	test('to nothing by a list that names nothing', async () => {
		for (const [query, headers] of [
			['?tools=', {}],
			['?toolsets=', {}],
			['', { 'X-Allowed-Tools': '' }],
		] as [string, Record<string, string>][])
			expect(await listed(query, headers)).toEqual([]);
	});

	test('in the era of 2026 as in that of 2025', async () => {
		const { result } = (await (await postModern('/acme/api/mcp?tools=list_runs', account.token, 'tools/list')).json()) as Rpc;
		expect(result).toMatchObject({ tools: [{ name: 'list_runs' }] });
	});

	test('and lists of others stay whole beside it', async () => {
		const whole = await all();
		await listed('?tools=list_runs');
		expect(await all()).toEqual(whole);
	});
});

describe('no address and no header widens a token', () => {
	test('that only reads', async () => {
		const token = await aToken('acme', { read_only: true });
		const before = namesOf(await listed('', {}, token));
		expect(namesOf(await listed('?readonly=0&tools=create_package', { 'X-Read-Only-Mode': 'false' }, token))).toEqual([]);
		expect(namesOf(await listed('?readonly=0', { 'X-Read-Only-Mode': 'false' }, token))).toEqual(before);
	});

	test('that is for some tools', async () => {
		const token = await aToken('acme', { tools: ['list_runs'] });
		expect(namesOf(await listed('?tools=list_runs,list_packages', {}, token))).toEqual(['list_runs']);
		expect(namesOf(await listed('?toolsets=packages', { 'X-Allowed-Tools': 'list_packages' }, token))).toEqual([]);
	});

	test('of a viewer', async () => {
		const token = await aToken('acme', { role: 'viewer' });
		expect(namesOf(await listed('?tools=create_package,list_runs', {}, token))).toEqual(['list_runs']);
	});
});

describe('what is no narrowing is refused', () => {
	test.each([
		['?toolsets=runs,gmail', {}, 'gmail'],
		['?tools=a%20b', {}, 'a b'],
		['', { 'X-Allowed-Tools': 'x'.repeat(65) }, 'no name of a tool'],
		['', { 'X-Disallowed-Tools': Array.from({ length: 201 }, (_, index) => `t${index}`).join(',') }, '201 names'],
	] as [string, Record<string, string>, string][])('%j with %j', async (query, headers, told) => {
		const response = await post(`/acme/api/mcp${query}`, account.token, LIST, headers);
		expect(response.status).toBe(400);
		expect(((await response.json()) as Rpc).error).toMatchObject({ message: expect.stringContaining(told), data: { code: 'invalid_input' } });
	});
});
