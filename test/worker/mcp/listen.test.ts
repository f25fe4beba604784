import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventStream, type Told } from '../../support/event-stream.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const META = '_meta';
const KNOWS_TASKS = { [META]: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } } } };

const listen = (notifications: unknown, token = account.token, more: object = {}) =>
	postModern('/acme/api/mcp', token, 'subscriptions/listen', { notifications, ...more });
const listenToTasks = (taskIds: readonly unknown[], token = account.token) => listen({ taskIds }, token, KNOWS_TASKS);
const announce = (change: 'tools' | 'prompts') => env.NOTICES.get(env.NOTICES.idFromName(`notice:${account.id}`)).announce(change);

test('a modern client that listens is told that it hears, then what changes in its account, and nothing else', async () => {
	const other = await anAccount('other');
	const response = await listen({ toolsListChanged: true });
	expect(response.headers.get('Content-Type')).toContain('text/event-stream');
	const stream = eventStream(response);
	expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged', params: { notifications: { toolsListChanged: true } } });
	await env.NOTICES.get(env.NOTICES.idFromName(`notice:${other.id}`)).announce('tools');
	await announce('prompts');
	await announce('tools');
	const told = await stream.next();
	expect(told).toMatchObject({ method: 'notifications/tools/list_changed', params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } } });
	await stream.end();
});

test('the stream ends when the grant is revoked', async () => {
	const token = await aToken('acme');
	const stream = eventStream(await listen({ toolsListChanged: true }, token));
	await stream.next();
	await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = (SELECT max(id) FROM grants)').run();
	await announce('tools');
	expect(await stream.next()).toMatchObject({ id: 1, result: { resultType: 'complete' } });
	expect(await stream.next()).toBeNull();
});

test('who asks for nothing is told that there is nothing, and the stream ends', async () => {
	const stream = eventStream(await listen({}));
	expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged', params: { notifications: {} } });
	expect(await stream.next()).toMatchObject({ result: { resultType: 'complete' } });
});

test('a filter that is none is refused', async () => {
	expect(((await (await listen('everything')).json()) as Rpc).error).toMatchObject({ code: -32602 });
});

async function aPackage(name: string): Promise<number> {
	const { structuredContent } = await callTool(account, 'create_package', {
		name,
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	return Number(structuredContent?.['package_id']);
}

/** A run that goes on until it is stopped. */
async function aLongRun(name: string): Promise<{ package_id: number; run_id: number }> {
	const { structuredContent } = await callTool(account, 'create_package', {
		name,
		flow_type: 'workflow',
		components: [{ sleep_component: { id: 'nap', name: 'nap', seconds: 600 } }],
		edges: [],
	});
	const package_id = Number(structuredContent?.['package_id']);
	const started = await callTool(account, 'run_package', { package_id });
	return { package_id, run_id: Number(started.structuredContent?.['run_id']) };
}

/** The first message that is as wanted; those before it are passed over. */
async function until(stream: ReturnType<typeof eventStream>, wanted: (told: Told) => boolean): Promise<Told> {
	for (let told = await stream.next(); told !== null; told = await stream.next()) if (wanted(told)) return told;
	throw new Error('the stream ended before that');
}

describe('resources that a modern client listens to', () => {
	test('are told when a run of them goes on and ends, the run and its log alike', async () => {
		const { run_id } = await aLongRun('long');
		const resourceSubscriptions = [`headgate://runs/${run_id}`, `headgate://runs/${run_id}/log`];
		const stream = eventStream(await listen({ resourceSubscriptions: [...resourceSubscriptions, 'headgate://runs/4711', 'file:///etc/passwd'] }));
		expect(await stream.next()).toMatchObject({ params: { notifications: { resourceSubscriptions } } });
		await callTool(account, 'cancel_job', { run_id });
		const status = async () => (await callTool(account, 'get_run', { run_id })).structuredContent?.['status'];
		const seen = new Set<unknown>();
		for (let ended = false; !ended; ended = (await status()) === 'stopped') {
			const { params = {} } = await until(stream, ({ method }) => method === 'notifications/resources/updated');
			expect(params['_meta']).toEqual({ 'io.modelcontextprotocol/subscriptionId': 1 });
			seen.add(params['uri']);
		}
		expect([...seen].sort()).toEqual(resourceSubscriptions);
		await stream.end();
	});

	test('are told when a package of them is changed, by its id and by its name in any spelling', async () => {
		const package_id = await aPackage('Orders / EU');
		const resourceSubscriptions = [`headgate://packages/${package_id}`, 'headgate://packages/orders%20%2F%20eu'];
		const stream = eventStream(await listen({ resourceSubscriptions }));
		expect(await stream.next()).toMatchObject({ params: { notifications: { resourceSubscriptions } } });
		await aPackage('another');
		await callTool(account, 'rename_package', { package_id, name: 'Orders of Europe' });
		expect(await stream.next()).toMatchObject({ method: 'notifications/resources/updated', params: { uri: resourceSubscriptions[0] } });
		await stream.end();
	});

	test('are not agreed to where they may not be read', async () => {
		const other = await anAccount('elsewhere');
		const stream = eventStream(
			await postModern('/elsewhere/api/mcp', other.token, 'subscriptions/listen', {
				notifications: { resourceSubscriptions: [`headgate://packages/${await aPackage('private')}`] },
			}),
		);
		expect(await stream.next()).toMatchObject({ params: { notifications: {} } });
		expect(await stream.next()).toMatchObject({ result: { resultType: 'complete' } });
	});
});

describe('tasks that a modern client listens to', () => {
	const call = async (name: string, given: Record<string, unknown>, token = account.token): Promise<unknown> => {
		const response = await postModern('/acme/api/mcp', token, 'tools/call', { name, arguments: given, ...KNOWS_TASKS });
		return ((await response.json()) as Rpc).result?.['taskId'];
	};
	const look = async (taskId: unknown): Promise<Rpc['result']> =>
		((await (await postModern('/acme/api/mcp', account.token, 'tasks/get', { taskId, ...KNOWS_TASKS }, { 'Mcp-Name': String(taskId) })).json()) as Rpc).result;

	test('are told as they stand, and each time that changes, the last time with the result', async () => {
		const definition = { flow_type: 'dataflow', components: [{ payload_source_component: { id: 'in', name: 'in', fields: [] } }], edges: [] };
		const tasks = [await call('validate_package', definition), await call('run_package', { package_id: await aPackage('a task'), payload: [{ n: 1 }] })];
		const stream = eventStream(await listenToTasks([...tasks, 'no such task']));
		expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged', params: { notifications: { taskIds: tasks } } });
		const open = new Set(tasks);
		while (open.size > 0) {
			const { params = {} } = await until(stream, ({ method }) => method === 'notifications/tasks');
			const { _meta, ...task } = params;
			expect(_meta).toEqual({ 'io.modelcontextprotocol/subscriptionId': 1 });
			if (task['status'] === 'working') continue;
			const { resultType, _meta: __, ...looked } = (await look(task['taskId'])) ?? {};
			expect([resultType, task]).toEqual(['complete', looked]);
			expect(open.delete(task['taskId'])).toBe(true);
		}
		await stream.end();
	});

	test('are told when they are cancelled', async () => {
		const { package_id } = await aLongRun('cancelled');
		const taskId = await call('run_package', { package_id });
		const stream = eventStream(await listenToTasks([taskId]));
		await postModern('/acme/api/mcp', account.token, 'tasks/cancel', { taskId, ...KNOWS_TASKS }, { 'Mcp-Name': String(taskId) });
		const told = await until(stream, ({ params }) => params?.['status'] === 'cancelled');
		expect(told.params).toMatchObject({ taskId, statusMessage: expect.stringMatching(/^stopped/) });
		await stream.end();
	});

	test('are not agreed to for another grant of the account, nor for those who do not declare that they know tasks', async () => {
		const taskId = await call('run_package', { package_id: await aPackage('mine'), payload: [] });
		const stream = eventStream(await listenToTasks([taskId], await aToken('acme')));
		expect(await stream.next()).toMatchObject({ params: { notifications: {} } });
		await stream.end();
		const refused = await listen({ taskIds: [taskId] });
		expect([refused.status, ((await refused.json()) as Rpc).error]).toEqual([
			400,
			expect.objectContaining({ code: -32021, data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } } }),
		]);
	});
});
