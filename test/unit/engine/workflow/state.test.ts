import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	failureBefore,
	isOver,
	type TaskFault,
	type TaskStatus,
	transition,
	unhandledFailures,
	type WorkflowState,
} from '../../../../src/engine/workflow/state.ts';
import type { TaskCondition, WorkflowTask } from '../../../../src/plan/workflow.ts';
import { aTask } from './tasks.ts';

type Result = 'completed' | 'failed';

const BROKEN: TaskFault = { class: 'upstream', message: 'it broke', hint: 'mend it', package: null };

/** Runs a workflow to its end: tasks end as `results` says, in an order that `choose` picks among those at work. */
function play(tasks: readonly WorkflowTask[], results: readonly Result[], choose: (count: number) => number): { state: WorkflowState; started: string[] } {
	let at = 0;
	let { state, started: first } = { ...transition(tasks, null, { kind: 'begun', at, finished: {} }) } as { state: WorkflowState; started: readonly string[] };
	const started = [...first];
	while (!isOver(state)) {
		const running = tasks.filter((task) => state.tasks[task.id]?.status === 'running');
		expect(running.length).toBeGreaterThan(0);
		const task = running[choose(running.length)] as WorkflowTask;
		at++;
		const result = results[tasks.indexOf(task)];
		const event =
			result === 'completed' ? ({ kind: 'task_completed', at, task: task.id } as const) : ({ kind: 'task_failed', at, task: task.id, error: BROKEN } as const);
		({ state, started: first } = transition(tasks, state, event));
		started.push(...first);
		expect(transition(tasks, state, event)).toEqual({ state, started: [] });
	}
	return { state, started };
}

/** What the rules say of a workflow in which every task has ended, without any order of events. */
function statuses(tasks: readonly WorkflowTask[], results: readonly Result[]): Record<string, TaskStatus> {
	const ends: Record<string, TaskStatus> = {};
	const fires = (condition: TaskCondition, status: TaskStatus | undefined) =>
		condition === 'completion' || (condition === 'success' ? status === 'completed' : status === 'failed');
	tasks.forEach((task, index) => {
		const fired = task.after.map((edge) => fires(edge.condition, ends[edge.task]));
		const runs = task.after.length === 0 || (task.waitFor === 'any' ? fired.includes(true) : !fired.includes(false));
		ends[task.id] = runs ? (results[index] as TaskStatus) : 'skipped';
	});
	return ends;
}

const workflows = fc
	.array(
		fc.record({
			edges: fc.array(fc.record({ back: fc.integer({ min: 1, max: 12 }), condition: fc.constantFrom<TaskCondition>('success', 'failure', 'completion') }), {
				maxLength: 4,
			}),
			waitFor: fc.constantFrom<'all' | 'any'>('all', 'any'),
			result: fc.constantFrom<Result>('completed', 'failed'),
		}),
		{ minLength: 1, maxLength: 12 },
	)
	.map((nodes) => ({
		tasks: nodes.map(({ edges, waitFor }, index) =>
			aTask(
				`t${index}`,
				edges.filter(({ back }) => back <= index).map(({ back, condition }) => `t${index - back}:${condition}`),
				{ waitFor },
			),
		),
		results: nodes.map(({ result }) => result),
	}));

test('every workflow ends, each task as its edges say, whatever the order in which others ended', () => {
	fc.assert(
		fc.property(workflows, fc.infiniteStream(fc.nat()), ({ tasks, results }, picks) => {
			const { state, started } = play(tasks, results, (count) => picks.next().value % count);
			const ended = Object.fromEntries(Object.entries(state.tasks).map(([id, task]) => [id, task.status]));
			expect(ended).toEqual(statuses(tasks, results));
			expect([...started].sort()).toEqual(
				Object.entries(ended)
					.filter(([, status]) => status !== 'skipped')
					.map(([id]) => id)
					.sort(),
			);
		}),
		{ numRuns: 500 },
	);
});

test('a run has failed exactly when a task failed and nothing behind it that waits for failure or completion ran', () => {
	fc.assert(
		fc.property(workflows, ({ tasks, results }) => {
			const { state } = play(tasks, results, () => 0);
			const ends = statuses(tasks, results);
			const unhandled = tasks.filter(
				({ id }) =>
					ends[id] === 'failed' &&
					!tasks.some((other) => ends[other.id] !== 'skipped' && other.after.some((edge) => edge.task === id && edge.condition !== 'success')),
			);
			expect(unhandledFailures(tasks, state)).toEqual(unhandled.map(({ id }) => id));
		}),
	);
});

test('a stop at any moment skips what has not begun, starts nothing more, and lets what is at work end as stopped', () => {
	fc.assert(
		fc.property(workflows, fc.nat({ max: 12 }), ({ tasks, results }, moment) => {
			let { state } = transition(tasks, null, { kind: 'begun', at: 0, finished: {} });
			for (let at = 1; at <= moment && !isOver(state); at++) {
				const index = tasks.findIndex((task) => state.tasks[task.id]?.status === 'running');
				const task = (tasks[index] as WorkflowTask).id;
				state = transition(
					tasks,
					state,
					results[index] === 'completed' ? { kind: 'task_completed', at, task } : { kind: 'task_failed', at, task, error: BROKEN },
				).state;
			}
			const before = state;
			state = transition(tasks, state, { kind: 'stop_requested', at: 100 }).state;
			const late = tasks.find((task) => state.tasks[task.id]?.status === 'running');
			if (late !== undefined) {
				const after = transition(tasks, state, { kind: 'task_completed', at: 101, task: late.id });
				expect(after.started).toEqual([]);
				state = after.state;
			}
			state = transition(tasks, state, { kind: 'stopped', at: 102 }).state;
			expect(isOver(state)).toBe(true);
			for (const task of tasks) {
				const was = before.tasks[task.id]?.status;
				const expected = was === 'waiting' ? 'skipped' : was === 'running' ? (task.id === late?.id ? 'completed' : 'stopped') : was;
				expect(state.tasks[task.id]?.status).toBe(expected);
			}
		}),
	);
});

test('finished tasks of an earlier run are taken over and what follows them begins', () => {
	const tasks = [aTask('a'), aTask('b', ['a']), aTask('c', ['b'])];
	const { state, started } = transition(tasks, null, { kind: 'begun', at: 5, finished: { a: { runId: 9 } } });
	expect(started).toEqual(['b']);
	expect(state.tasks['a']).toEqual({ status: 'completed', startedAt: 5, endedAt: 5, runId: 9, error: null, reused: true });
});

test('a task is told of the failure before it that came last, also past a task that was skipped or went well', () => {
	const tasks = [aTask('a'), aTask('b', ['a:failure']), aTask('c', ['b']), aTask('d', ['c:completion']), aTask('e')];
	const results: Result[] = ['failed', 'completed', 'failed', 'completed', 'failed'];
	const { state } = play(tasks, results, () => 0);
	expect(failureBefore(tasks, state, 'b')?.task.id).toBe('a');
	expect(failureBefore(tasks, state, 'd')?.task.id).toBe('c');
	expect(failureBefore(tasks, state, 'e')).toBeNull();
});
