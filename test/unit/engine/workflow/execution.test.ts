import { expect, test } from 'vitest';
import type { HttpEndpoint, OpenConnection } from '../../../../src/connectors/connector.ts';
import { WorkflowExecution, type WorkflowOutcome } from '../../../../src/engine/workflow/execution.ts';
import type { ChildOrder, ChildRun, FinishedTask, WorkflowPorts, WorkflowSpec } from '../../../../src/engine/workflow/spec.ts';
import { AppError } from '../../../../src/lib/errors.ts';
import type { BoundVariable } from '../../../../src/plan/fill.ts';
import type { WorkflowTask } from '../../../../src/plan/workflow.ts';
import { MemoryFiles } from '../support/file-store.ts';
import { SETTINGS, typeOf } from '../support/plans.ts';
import { type MemoryStorage, memoryStorage } from '../support/run-storage.ts';
import { aTask } from './tasks.ts';

const variable = (name: string, type: string, value: BoundVariable['value'] = null, secret = false): BoundVariable => ({
	name,
	type: typeOf(type),
	value,
	secret,
	unset: false,
});

interface Outside {
	readonly connections: Record<number, OpenConnection>;
	readonly storage: MemoryStorage;
	readonly log: string[];
	readonly orders: ChildOrder[];
	children: Record<string, ChildRun>;
	now: number;
}

function outside(connections: Record<number, OpenConnection> = {}): Outside {
	return { connections, storage: memoryStorage(), log: [], orders: [], children: {}, now: 0 };
}

function open(
	tasks: readonly WorkflowTask[],
	world: Outside,
	variables: readonly BoundVariable[] = [],
	finished: Record<string, FinishedTask> = {},
): WorkflowExecution {
	const spec: WorkflowSpec = {
		runId: 7,
		accountId: 1,
		workflow: { tasks, variables, settings: SETTINGS },
		predefined: [variable('_RUN_ID', 'long', 7)],
		finished,
	};
	const ports: WorkflowPorts = {
		storage: world.storage,
		async connection(id) {
			const found = world.connections[id];
			if (found === undefined) throw new AppError('not_found', `no connection ${id}`);
			return found;
		},
		log: (level, message, task) => world.log.push(`${level} ${task ?? '-'} ${message}`),
		now: () => world.now,
		redact: (text) => text,
		async startChild(order) {
			world.orders.push(order);
			return 100 + world.orders.length;
		},
		startedChild: async () => null,
		child: async (runId) => world.children[runId] ?? { runId, packageName: 'p', status: 'under way', failure: null, outputs: [] },
		cancelChild: async (runId) => {
			world.children[runId] = { runId, packageName: 'p', status: 'stopped', failure: null, outputs: [] };
		},
	};
	return new WorkflowExecution(spec, ports);
}

/** To the end, with waits in no real time; opened anew for every slice, and after every crash. */
async function finish(make: () => WorkflowExecution, world: Outside, beforeSlice: () => void = () => {}): Promise<WorkflowOutcome> {
	for (let slices = 0; slices < 2000; slices++) {
		try {
			beforeSlice();
			const outcome = await make().slice();
			if (outcome.state === 'completed' || outcome.state === 'failed') return outcome;
			if (outcome.state === 'waiting') world.now = Math.max(world.now, outcome.resumeAt);
		} catch (error) {
			if (!world.storage.isDead) throw error;
			world.storage.revive();
		}
	}
	throw new Error('the workflow does not end');
}

const move = (mode: 'copy' | 'move', ifExists: 'refuse' | 'replace' | 'skip' = 'refuse', to = { connection: 2, path: 'done/' }) =>
	aTask('move', [], { task: { kind: 'move_file', from: { connection: 1, bucket: null, path: 'in/*.csv' }, to: { ...to, bucket: null }, mode, ifExists } });

test('files go from one system to another whole and once, wherever the run is killed', async () => {
	for (let deathAfter = 1; deathAfter < 120; deathAfter += 3) {
		const texts = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`in/${i}.csv`, `file ${i}\n`.repeat(i * 50)]));
		const from = new MemoryFiles({ ...texts, 'in/other.txt': 'stays' });
		const to = new MemoryFiles({});
		const world = outside({ 1: from, 2: to });
		let armed = false;
		const outcome = await finish(
			() => open([move('move')], world),
			world,
			() => {
				if (!armed) world.storage.dieAfter(deathAfter);
				armed = true;
			},
		);
		expect(outcome).toEqual({ state: 'completed' });
		expect(to.texts()).toEqual(Object.fromEntries(Object.entries(texts).map(([path, text]) => [path.replace('in/', 'done/'), text])));
		expect(from.texts()).toEqual({ 'in/other.txt': 'stays' });
	}
});

test('a file that is in the way stops the task, is replaced, or is left with its original', async () => {
	const make = () => ({ from: new MemoryFiles({ 'in/a.csv': 'new', 'in/b.csv': 'b' }), to: new MemoryFiles({ 'done/a.csv': 'old' }) });
	const refused = make();
	const first = outside({ 1: refused.from, 2: refused.to });
	expect(await finish(() => open([move('move')], first), first)).toMatchObject({
		state: 'failed',
		failures: [{ class: 'conflict', message: 'there is a file at done/a.csv already' }],
	});
	const replaced = make();
	const second = outside({ 1: replaced.from, 2: replaced.to });
	await finish(() => open([move('move', 'replace')], second), second);
	expect([replaced.from.texts(), replaced.to.texts()]).toEqual([{}, { 'done/a.csv': 'new', 'done/b.csv': 'b' }]);
	const skipped = make();
	const third = outside({ 1: skipped.from, 2: skipped.to });
	await finish(() => open([move('move', 'skip')], third), third);
	expect([skipped.from.texts(), skipped.to.texts()]).toEqual([{ 'in/a.csv': 'new' }, { 'done/a.csv': 'old', 'done/b.csv': 'b' }]);
});

test('nothing to move is a success with a note, and a file does not go onto itself', async () => {
	const empty = outside({ 1: new MemoryFiles({}), 2: new MemoryFiles({}) });
	expect(await finish(() => open([move('move')], empty), empty)).toEqual({ state: 'completed' });
	expect(empty.log).toEqual(['info move there is nothing at in/*.csv']);
	const same = outside({ 1: new MemoryFiles({ 'in/a.csv': 'a' }) });
	const outcome = await finish(() => open([move('move', 'replace', { connection: 1, path: 'in/' })], same), same);
	expect(outcome).toMatchObject({ failures: [{ message: 'in/a.csv would go onto itself' }] });
});

function api(answers: readonly (() => Response)[]): {
	endpoint: HttpEndpoint;
	requests: { method: string; headers: Readonly<Record<string, string>>; body: string | null }[];
} {
	const requests: { method: string; headers: Readonly<Record<string, string>>; body: string | null }[] = [];
	const left = [...answers];
	return {
		requests,
		endpoint: {
			kind: 'http',
			close: async () => {},
			interrupt: () => {},
			check: async () => ({ ok: true, latencyMs: 0, message: '' }),
			async send({ method, headers, body }) {
				requests.push({ method, headers, body });
				return (left.shift() ?? (() => new Response(null, { status: 204 })))();
			},
		},
	};
}

const call = (more: object = {}) =>
	aTask('call', [], {
		task: {
			kind: 'http_call',
			connection: 3,
			path: 'hooks',
			method: 'POST',
			headers: {},
			query: {},
			body: { n: '$n', run: 'run $_RUN_ID' },
			resultVariable: 'answer',
			...more,
		} as never,
	});

test('a request that is repeated after a passing fault carries the same key', async () => {
	const passing = () => {
		throw new AppError('upstream', 'no answer', { retryable: true });
	};
	const { endpoint, requests } = api([passing, passing, () => Response.json({ id: 9_007_199_254_740_993n.toString() })]);
	const world = outside({ 3: endpoint });
	const variables = [variable('n', 'integer', 4), variable('answer', 'json')];
	expect(await finish(() => open([call()], world, variables), world)).toEqual({ state: 'completed' });
	expect(requests).toHaveLength(3);
	expect(new Set(requests.map((request) => request.headers['idempotency-key']))).toEqual(new Set(['headgate-7-call']));
	expect(requests[0]?.body).toBe('{"n":4,"run":"run 7"}');
	expect(world.now).toBe(3000);
});

test('an answer of 400 or above fails the task with what the server said; one that is too long or no JSON does too', async () => {
	const variables = [variable('n', 'integer', 4), variable('answer', 'json')];
	const says = async (answer: () => Response) => {
		const world = outside({ 3: api([answer]).endpoint });
		const outcome = await finish(() => open([call()], world, variables), world);
		return outcome.state === 'failed' ? outcome.failures[0]?.message : outcome.state;
	};
	expect(await says(() => new Response('no such hook', { status: 404 }))).toBe('the server answered 404 to POST: no such hook');
	expect(await says(() => new Response('<html>'))).toBe('the answer is no JSON: "<html>"');
	expect(await says(() => new Response('x'.repeat(1024 * 1024 + 1)))).toContain('more than 1048576 bytes');
});

test('a secret that an answer brings is blanked in what later tasks say', async () => {
	const { endpoint } = api([() => new Response('sesame-open'), () => new Response('you said sesame-open', { status: 400 })]);
	const world = outside({ 3: endpoint });
	const second = aTask('second', ['call'], { task: { ...(call().task as object), resultVariable: null, body: '$answer' } as never });
	const outcome = await finish(() => open([call(), second], world, [variable('n', 'integer', 1), variable('answer', 'string', null, true)]), world);
	expect(outcome).toMatchObject({ failures: [{ message: 'the server answered 400 to POST: you said [redacted]' }] });
	expect(world.log.join('\n')).not.toContain('sesame');
});

const child = (more = {}) => aTask('load', [], { task: { kind: 'run_package', packageId: 5, variables: {}, wait: true, resultVariable: null, ...more } });

test('a child is given typed values, and a text of one variable keeps its type', async () => {
	const world = outside();
	world.children = { 101: { runId: 101, packageName: 'p', status: 'completed', failure: null, outputs: [] } };
	const variables = [variable('big', 'long', '9007199254740993'), variable('flag', 'boolean', true), variable('pin', 'string', '1234', true)];
	const task = child({ variables: { a: '$big', b: '$flag', c: 'x$flag', d: 7, e: null, f: '$pin' } });
	expect(await finish(() => open([task], world, variables), world)).toEqual({ state: 'completed' });
	expect(world.orders).toEqual([
		{ task: 'load', packageId: 5, variables: { a: '9007199254740993', b: true, c: 'xtrue', d: 7, e: null, f: '1234' }, secret: ['f'] },
	]);
});

test('without waiting the task is done once its run is submitted; a stop ends that run too', async () => {
	const world = outside();
	const tasks = [child({ wait: false, resultVariable: 'run' }), aTask('long', ['load'], { task: { kind: 'sleep', seconds: 60 } })];
	const execution = open(tasks, world, [variable('run', 'json')]);
	expect(await execution.slice()).toEqual({ state: 'waiting', resumeAt: 60_000 });
	expect(execution.remains().states['load']).toMatchObject({ status: 'completed', result: { value: '{"status":"submitted","run_id":101}' } });
	expect(await execution.stop()).toBe(5000);
	expect(await execution.stop()).toBeNull();
	expect(world.children[101]?.status).toBe('stopped');
	expect(execution.reports().map(({ status }) => status)).toEqual(['completed', 'stopped']);
});

test('results of finished tasks are taken over with their values', async () => {
	const { endpoint, requests } = api([]);
	const world = outside({ 3: endpoint });
	const tasks = [
		aTask('first', [], { task: { kind: 'execute_sql', connection: 9, query: 'select 1', resultVariable: 'n' } }),
		{ ...call({ resultVariable: null }), after: [{ task: 'first', condition: 'success' as const }] },
	];
	const finished = { first: { runId: null, endedAt: 1, result: { type: typeOf('integer'), value: 42 } } };
	expect(await finish(() => open(tasks, world, [variable('n', 'integer')], finished), world)).toEqual({ state: 'completed' });
	expect(requests[0]?.body).toContain('"n":42');
});

test('a result that is none of its variable’s type fails the task and shows nothing of a secret', async () => {
	const says = async (secret: boolean) => {
		const world = outside({ 3: api([() => new Response('"seven"')]).endpoint });
		const outcome = await finish(() => open([call({ body: null })], world, [variable('answer', 'integer', null, secret)]), world);
		return outcome.state === 'failed' ? outcome.failures[0]?.message : outcome.state;
	};
	expect(await says(false)).toBe('"\\"seven\\"" is no integer for $answer');
	expect(await says(true)).toBe('the result is no integer for $answer');
});
