import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, post, postModern, type Rpc, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const call = async (token: string, name: string, args: unknown): Promise<Rpc> =>
	(await post('/mcp', token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })).json();
const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';

interface AuditRow {
	readonly action: string;
	readonly target: string | null;
	readonly outcome: string;
	readonly error_code: string | null;
	readonly arguments_digest: string | null;
}

/** The record of one request; it is written after the answer. */
async function auditOf(response: Response): Promise<AuditRow> {
	const requestId = response.headers.get('X-Request-Id');
	return vi.waitUntil(
		() =>
			env.DB.prepare('SELECT action, target, outcome, error_code, arguments_digest FROM audit_events WHERE request_id = ?').bind(requestId).first<AuditRow>(),
		{ timeout: 60_000 },
	);
}

describe('a tool that does not exist', () => {
	test('is an error of the protocol that names the nearest one', async () => {
		const { error } = await call(account.token, 'list_package', {});
		expect(error).toMatchObject({ code: -32602, message: 'Unknown tool: list_package. Did you mean list_packages? The tools are in tools/list.' });
	});

	test('is told by our name where other systems have it', async () => {
		const { error } = await call(account.token, 'get_flow', {});
		expect(error?.message).toBe('Unknown tool: get_flow. get_flow is get_package here. The tools are in tools/list.');
	});

	test('is no crash, whatever its name', async () => {
		for (const name of ['', '__proto__', 'constructor', '💥'.repeat(500)]) expect((await call(account.token, name, {})).error?.code).toBe(-32602);
	});
});

describe('arguments that are wrong', () => {
	test('are all told at once, each with its value and what is valid', async () => {
		const result = await callTool(account, 'list_packages', { flow_type: 'dataflo', limit: 500, statuss: 'active' });
		expect(result.isError).toBe(true);
		const text = textOf(result);
		expect(text).toContain('list_packages was not called: 3 things are wrong.');
		expect(text).toMatch(/- flow_type is "dataflo"; valid: dataflow, workflow; did you mean dataflow\?/);
		expect(text).toMatch(/- limit is 500; it must be at most 100/);
		expect(text).toMatch(/- "statuss" is not a known key; did you mean status\?/);
		expect(text).toContain('Its arguments are: flow_type, status, workspace_id, limit, cursor.');
	});

	test('that are missing are told with where their value comes from', async () => {
		expect(textOf(await callTool(account, 'get_run'))).toContain('- run_id is missing; required: a number. From list_runs or run_package.');
	});

	test('are told to a program beside the text: in _meta, and to modern clients as structured content', async () => {
		const told = { code: 'invalid_input', retryable: false, details: { problems: [expect.objectContaining({ path: 'run_id' })] } };
		const older = await callTool(account, 'get_run', { run_id: 'five' });
		expect(older._meta).toEqual({ 'headgate/error': expect.objectContaining(told) });
		expect(older).not.toHaveProperty('structuredContent');
		const newer = (await (await postModern('/mcp', account.token, 'tools/call', { name: 'get_run', arguments: { run_id: 'five' } })).json()) as Rpc;
		expect(newer.result?.['structuredContent']).toEqual({ error: expect.objectContaining(told) });
	});

	test('that are no object at all are refused by the protocol', async () => {
		expect((await call(account.token, 'list_packages', [1])).error?.code).toBeLessThan(0);
	});
});

describe('arguments nested deeper than any stack', () => {
	const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

	test.each([
		['list_packages', `{"limit":${deep}}`],
		['create_package', `{"name":"deep","flow_type":"dataflow","components":[{"select_component":{"name":"x","columns":${deep}}}],"edges":[]}`],
		['run_package', `{"package_id":1,"payload":[{"a":${deep}}]}`],
	])('are refused by %s as an error of the call', async (name, args) => {
		const response = await post('/mcp', account.token, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`);
		expect(response.status).toBe(200);
		expect(((await response.json()) as Rpc).result).toMatchObject({ isError: true });
		expect(await auditOf(response)).toMatchObject({ action: name, outcome: 'error' });
	});
});

test('a definition nested deeper than any stack is told as such when it is validated', async () => {
	const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
	const args = `{"flow_type":"dataflow","components":[{"select_component":{"name":"x","columns":${deep}}}],"edges":[]}`;
	const response = await post('/mcp', account.token, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"validate_package","arguments":${args}}}`);
	expect(((await response.json()) as Rpc).result).toMatchObject({
		structuredContent: { status: 'invalid', errors: [{ message: expect.stringContaining('nested') }] },
	});
	expect(await auditOf(response)).toMatchObject({ outcome: 'ok', arguments_digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

describe('a tool that the token may not call', () => {
	test('is refused with the scope it needs', async () => {
		const token = await aToken('acme', { scopes: ['read'] });
		const { result } = await call(token, 'run_package', { package_id: 1 });
		expect(textOf(result as unknown as ToolResult)).toMatch(/^run_package needs the scope run; this token has read \(role owner\)\./);
	});

	test('is refused to a role that cannot have the scope', async () => {
		const token = await aToken('acme', { role: 'viewer', scopes: ['read', 'write', 'run'] });
		const { result } = await call(token, 'create_package', {});
		expect(textOf(result as unknown as ToolResult)).toMatch(/^create_package needs the scope write; this token has read \(role viewer\)\./);
	});

	test('is refused to a read-only token, whatever its scopes', async () => {
		const token = await aToken('acme', { read_only: true });
		const { result } = await call(token, 'cancel_job', { run_id: 1 });
		expect(textOf(result as unknown as ToolResult)).toMatch(/^cancel_job changes something and this token is read-only\./);
	});

	test('is refused to a token made for other tools', async () => {
		const token = await aToken('acme', { tools: ['list_packages'] });
		const { result } = await call(token, 'list_runs', {});
		expect(textOf(result as unknown as ToolResult)).toMatch(/^list_runs is not among the tools this token was made for\./);
	});
});

describe('the record of a call', () => {
	const calling = (token: string, name: string, args: unknown): Promise<Response> =>
		post('/mcp', token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });

	test('says what was called, with a digest of its arguments', async () => {
		const row = await auditOf(await calling(account.token, 'list_packages', { limit: 5 }));
		expect(row).toEqual({ action: 'list_packages', target: null, outcome: 'ok', error_code: null, arguments_digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
	});

	test('says that a call failed though HTTP and JSON-RPC succeeded, and what it was about', async () => {
		const row = await auditOf(await calling(account.token, 'get_run', { run_id: 424242 }));
		expect(row).toMatchObject({ action: 'get_run', target: 'run:424242', outcome: 'error', error_code: 'not_found' });
	});

	test('says that a call was denied', async () => {
		const token = await aToken('acme', { scopes: ['read'] });
		expect(await auditOf(await calling(token, 'cancel_job', { run_id: 1 }))).toMatchObject({
			action: 'cancel_job',
			outcome: 'denied',
			error_code: 'forbidden',
		});
	});

	test('is kept of tools that do not exist', async () => {
		expect(await auditOf(await calling(account.token, 'drop_tables', {}))).toMatchObject({
			action: 'drop_tables',
			outcome: 'error',
			error_code: 'unknown_tool',
		});
	});
});
