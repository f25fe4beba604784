import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';
import { WAIT } from '../objects/world.ts';

const META = '_meta';
const KNOWS_TASKS = { [META]: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } } } };

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

async function send(method: string, params: Record<string, unknown>, token = account.token, headers: Record<string, string> = {}, query = ''): Promise<Rpc> {
	const named = params['taskId'] === undefined ? {} : { 'Mcp-Name': String(params['taskId']) };
	return (await postModern(`/acme/api/mcp${query}`, token, method, { ...KNOWS_TASKS, ...params }, { ...named, ...headers })).json();
}

const call = (name: string, given: Record<string, unknown>, token = account.token) => send('tools/call', { name, arguments: given }, token);
const look = (taskId: unknown, token = account.token) => send('tasks/get', { taskId }, token);

/** The task's end. */
async function ended(taskId: unknown): Promise<Record<string, unknown>> {
	return vi.waitFor(async () => {
		const { result } = await look(taskId);
		expect(result?.['status']).not.toBe('working');
		return result as Record<string, unknown>;
	}, WAIT);
}

/** A package that waits in its queue for as long as its cluster is full. */
async function aPackage(): Promise<number> {
	const { structuredContent } = await callTool(account, 'create_package', {
		name: `numbers ${crypto.randomUUID()}`,
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	return Number(structuredContent?.['package_id']);
}

const definition = { flow_type: 'dataflow', components: [{ payload_source_component: { id: 'in', name: 'in', fields: [] } }], edges: [] };

describe('a call that may take long', () => {
	test('is answered by a task to those who know tasks, and the task holds the answer', async () => {
		const { result } = await call('validate_package', definition);
		expect(result).toMatchObject({ resultType: 'task', status: 'working', taskId: expect.stringMatching(/^[0-9a-f]{64}$/), ttlMs: 3_600_000 });
		expect(result).not.toHaveProperty('content');
		const task = await ended(result?.['taskId']);
		const plain = await callTool(account, 'validate_package', definition);
		expect(task).toMatchObject({
			resultType: 'complete',
			status: 'completed',
			result: { structuredContent: { ...plain.structuredContent, runtime: expect.any(Number) } },
		});
	});

	test('is answered at once to everybody else', async () => {
		const response = await postModern('/acme/api/mcp', account.token, 'tools/call', { name: 'validate_package', arguments: definition });
		expect(((await response.json()) as Rpc).result).toMatchObject({ resultType: 'complete', structuredContent: { status: 'invalid' } });
	});

	test('and fails is a task that completed with an error', async () => {
		const { result } = await call('test_connection', { connection_id: 4711 });
		expect(await ended(result?.['taskId'])).toMatchObject({ status: 'completed', result: { isError: true } });
	});

	test('is recorded once, with its outcome', async () => {
		const before = await recorded('discover_schema');
		const { result } = await call('discover_schema', { connection_id: 4711 });
		await ended(result?.['taskId']);
		await vi.waitFor(async () => expect(await recorded('discover_schema')).toEqual([...before, 'error']), WAIT);
	});

	test('can be forgotten when its time is over', async () => {
		const { result } = await call('validate_package', definition);
		const taskId = String(result?.['taskId']);
		await ended(taskId);
		const object = env.TASKS.get(env.TASKS.idFromString(taskId)) as DurableObjectStub;
		vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] });
		try {
			await runDurableObjectAlarm(object);
		} finally {
			vi.useRealTimers();
		}
		expect((await look(taskId)).error).toMatchObject({ code: -32602 });
	});
});

async function recorded(tool: string): Promise<readonly string[]> {
	const { results } = await env.DB.prepare('SELECT outcome FROM audit_events WHERE action = ? ORDER BY id').bind(tool).all<{ outcome: string }>();
	return results.map(({ outcome }) => outcome);
}

describe('a run', () => {
	test('is itself the task of the call that started it', async () => {
		const package_id = await aPackage();
		const { result } = await call('run_package', { package_id, payload: [{ n: 1 }, { n: 2 }], wait_seconds: 30 });
		expect(result).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null });
		const task = await ended(result?.['taskId']);
		expect(task).toMatchObject({
			status: 'completed',
			result: { structuredContent: { package_id, status: 'completed', outputs: [{ rows: [{ n: 1 }, { n: 2 }] }], next_step: 'Done.' } },
		});
	});

	test('is cancelled with its task', async () => {
		await env.DB.prepare('UPDATE clusters SET nodes = 1').run();
		const package_id = await aPackage();
		const { result } = await call('run_package', { package_id, payload: Array.from({ length: 2000 }, (_, n) => ({ n })) });
		expect((await send('tasks/cancel', { taskId: result?.['taskId'] })).result).toMatchObject({ resultType: 'complete' });
		const { status, ...task } = await ended(result?.['taskId']);
		// It may have been faster than the cancellation.
		expect(['cancelled', 'completed']).toContain(status);
		expect(task['statusMessage']).toMatch(status === 'cancelled' ? /^stopped/ : /^completed/);
		expect((await recorded('cancel_job')).length).toBeGreaterThan(0);
	});

	test('that could not be started is told at once', async () => {
		expect((await call('run_package', { package_id: 4711 })).result).toMatchObject({ resultType: 'complete', isError: true });
	});

	test('is not cancelled over a connection that only reads', async () => {
		const { result } = await call('run_package', { package_id: await aPackage(), payload: [] });
		const taskId = result?.['taskId'];
		expect((await send('tasks/cancel', { taskId }, account.token, {}, '?readonly=1')).error).toMatchObject({ code: -32602 });
	});
});

describe('a task', () => {
	test('is nobody else’s: another grant of the account finds nothing', async () => {
		const stranger = await aToken('acme');
		const [work, run] = [await call('validate_package', definition), await call('run_package', { package_id: await aPackage(), payload: [] })];
		for (const taskId of [work.result?.['taskId'], run.result?.['taskId'], 'nothing', 'k1.AAAA', env.TASKS.newUniqueId().toString()]) {
			for (const [method, more] of [
				['tasks/get', {}],
				['tasks/update', { inputResponses: {} }],
				['tasks/cancel', {}],
			] as const)
				expect((await send(method, { taskId, ...more }, stranger)).error, `${method} ${taskId}`).toMatchObject({ code: -32602 });
		}
	});

	test.each(['tasks/get', 'tasks/update', 'tasks/cancel'])('%s is refused to those who did not declare the extension', async (method) => {
		const response = await postModern('/acme/api/mcp', account.token, method, { taskId: 'x' }, { 'Mcp-Name': 'x' });
		expect(((await response.json()) as Rpc).error).toMatchObject({
			code: -32021,
			data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
		});
	});

	test('whose header names another is refused', async () => {
		expect((await send('tasks/get', { taskId: 'one' }, account.token, { 'Mcp-Name': 'two' })).error).toMatchObject({ code: -32020 });
	});
});
