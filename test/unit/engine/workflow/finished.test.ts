import { expect, test } from 'vitest';
import { finishedTasks } from '../../../../src/engine/workflow/finished.ts';
import type { TaskStatus } from '../../../../src/engine/workflow/state.ts';
import type { WorkflowTask } from '../../../../src/plan/workflow.ts';
import { SETTINGS } from '../support/plans.ts';
import { aTask } from './tasks.ts';

const remains = (tasks: readonly WorkflowTask[], statuses: Readonly<Record<string, TaskStatus>>) => ({
	tasks,
	states: Object.fromEntries(Object.entries(statuses).map(([id, status], i) => [id, { status, runId: null, endedAt: i, result: null }])),
});
const reused = (before: readonly WorkflowTask[], statuses: Readonly<Record<string, TaskStatus>>, now = before) =>
	Object.keys(finishedTasks(remains(before, statuses), { tasks: now, variables: [], settings: SETTINGS }));

test('tasks that completed before the failure are taken over; handlers of the failure are not', () => {
	const tasks = [aTask('a'), aTask('b', ['a']), aTask('tell', ['b:failure']), aTask('c', ['b']), aTask('always', ['tell'])];
	expect(reused(tasks, { a: 'completed', b: 'failed', tell: 'completed', c: 'skipped', always: 'failed' })).toEqual(['a']);
});

test('a task behind one that was skipped for good is taken over, one that was stopped is not', () => {
	const tasks = [aTask('a'), aTask('handler', ['a:failure']), aTask('join', ['a', 'handler'], { waitFor: 'any' }), aTask('stopped', ['join'])];
	expect(reused(tasks, { a: 'completed', handler: 'skipped', join: 'completed', stopped: 'stopped' })).toEqual(['a', 'join']);
});

test('a task that was changed since is done again, and all that follows it', () => {
	const tasks = [aTask('a'), aTask('b', ['a']), aTask('c', ['b']), aTask('d')];
	const changed = [aTask('a'), aTask('b', ['a'], { task: { kind: 'sleep', seconds: 1 } }), aTask('c', ['b']), aTask('d')];
	expect(reused(tasks, { a: 'completed', b: 'completed', c: 'completed', d: 'failed' }, changed)).toEqual(['a']);
});
