import type { TaskCondition, WorkflowTask } from '../../plan/workflow.ts';

/** `waiting`: for what stands before it · `stopped`: it was at work when the run was stopped or ran out of time. */
export type TaskStatus = 'waiting' | 'running' | 'completed' | 'failed' | 'skipped' | 'stopped';

/** Why a task failed; `package` is the name of the package whose run it waited for. */
export interface TaskFault {
	readonly class: string;
	readonly message: string;
	readonly hint: string;
	readonly package: string | null;
}

export interface TaskState {
	readonly status: TaskStatus;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	/** The run that a run_package task started. */
	readonly runId: number | null;
	readonly error: TaskFault | null;
	/** Its result was taken over from the run that this one tries again. */
	readonly reused: boolean;
}

/** How far a workflow is. Null before it has begun. */
export interface WorkflowState {
	readonly tasks: Readonly<Record<string, TaskState>>;
	/** A stop was asked for: nothing more begins. */
	readonly stopping: boolean;
}

export type WorkflowEvent =
	/** `finished`: tasks whose results are taken over, with the runs they started. */
	| { readonly kind: 'begun'; readonly at: number; readonly finished: Readonly<Record<string, { readonly runId: number | null }>> }
	| { readonly kind: 'child_started'; readonly at: number; readonly task: string; readonly runId: number }
	| { readonly kind: 'task_completed'; readonly at: number; readonly task: string }
	| { readonly kind: 'task_failed'; readonly at: number; readonly task: string; readonly error: TaskFault }
	/** Cancel or timeout: what has not begun is skipped. */
	| { readonly kind: 'stop_requested'; readonly at: number }
	/** Everything that was at work has let go. */
	| { readonly kind: 'stopped'; readonly at: number };

export interface WorkflowTransition {
	readonly state: WorkflowState;
	/** Tasks that begin now, in plan order. */
	readonly started: readonly string[];
}

const NEW_TASK: TaskState = { status: 'waiting', startedAt: null, endedAt: null, runId: null, error: null, reused: false };

const ENDED: ReadonlySet<TaskStatus> = new Set<TaskStatus>(['completed', 'failed', 'skipped', 'stopped']);

/**
 * The progress of a workflow as a pure function of what happened. `tasks` stand in topological order, so that one pass settles
 * everything an event decides. An event about a task that is not at work changes nothing: each may be told again.
 */
export function transition(tasks: readonly WorkflowTask[], state: WorkflowState | null, event: WorkflowEvent): WorkflowTransition {
	if (event.kind === 'begun') return state === null ? settle(tasks, begin(tasks, event), event.at) : { state, started: [] };
	if (state === null) throw new TypeError(`${event.kind} came before the workflow had begun`);
	switch (event.kind) {
		case 'stop_requested':
			return { state: { tasks: mapTasks(state, (task) => (task.status === 'waiting' ? skipped(task, event.at) : task)), stopping: true }, started: [] };
		case 'stopped':
			return {
				state: { tasks: mapTasks(state, (task) => (task.status === 'running' ? { ...task, status: 'stopped', endedAt: event.at } : task)), stopping: true },
				started: [],
			};
		case 'child_started':
			return { state: changed(state, event.task, (task) => ({ ...task, runId: event.runId })), started: [] };
		case 'task_completed':
			return settle(
				tasks,
				changed(state, event.task, (task) => ({ ...task, status: 'completed', endedAt: event.at })),
				event.at,
			);
		case 'task_failed':
			return settle(
				tasks,
				changed(state, event.task, (task) => ({ ...task, status: 'failed', endedAt: event.at, error: event.error })),
				event.at,
			);
	}
}

/** Whether nothing waits and nothing is at work any more. */
export function isOver(state: WorkflowState): boolean {
	return Object.values(state.tasks).every((task) => ENDED.has(task.status));
}

/**
 * Tasks whose failure nobody took care of, in plan order: the run has failed if there is one. A failure is handled by a task behind an
 * edge of condition failure or completion that did run; a handler that was skipped handled nothing.
 */
export function unhandledFailures(tasks: readonly WorkflowTask[], state: WorkflowState): readonly string[] {
	const handled = (failed: string) =>
		tasks.some((task) => state.tasks[task.id]?.status !== 'skipped' && task.after.some((edge) => edge.task === failed && edge.condition !== 'success'));
	return tasks.filter((task) => state.tasks[task.id]?.status === 'failed' && !handled(task.id)).map((task) => task.id);
}

/** The failure that a task's `$_FAILED_…` variables speak of: of the failed tasks before it, on any way, the one that ended last. */
export function failureBefore(
	tasks: readonly WorkflowTask[],
	state: WorkflowState,
	id: string,
): { readonly task: WorkflowTask; readonly error: TaskFault } | null {
	const before = ancestors(tasks, id);
	let found: { task: WorkflowTask; error: TaskFault; at: number } | null = null;
	for (const task of tasks) {
		const { status, error, endedAt } = state.tasks[task.id] ?? NEW_TASK;
		if (!before.has(task.id) || status !== 'failed' || error === null) continue;
		if (found === null || (endedAt ?? 0) >= found.at) found = { task, error, at: endedAt ?? 0 };
	}
	return found;
}

/** Every task that a task waits for, directly or through others. */
export function ancestors(tasks: readonly WorkflowTask[], id: string): ReadonlySet<string> {
	const found = new Set<string>([id]);
	for (const task of [...tasks].reverse()) if (found.has(task.id)) for (const edge of task.after) found.add(edge.task);
	found.delete(id);
	return found;
}

function begin(tasks: readonly WorkflowTask[], { at, finished }: Extract<WorkflowEvent, { kind: 'begun' }>): WorkflowState {
	const first = ({ id }: WorkflowTask): TaskState => {
		const known = Object.hasOwn(finished, id) ? finished[id] : undefined;
		return known === undefined ? NEW_TASK : { ...NEW_TASK, status: 'completed', startedAt: at, endedAt: at, runId: known.runId, reused: true };
	};
	return { tasks: Object.fromEntries(tasks.map((task) => [task.id, first(task)])), stopping: false };
}

function mapTasks(state: WorkflowState, change: (task: TaskState) => TaskState): Record<string, TaskState> {
	return Object.fromEntries(Object.entries(state.tasks).map(([id, task]) => [id, change(task)]));
}

function changed(state: WorkflowState, id: string, change: (task: TaskState) => TaskState): WorkflowState {
	const task = state.tasks[id];
	return task?.status === 'running' ? { ...state, tasks: { ...state.tasks, [id]: change(task) } } : state;
}

function skipped(task: TaskState, at: number): TaskState {
	return { ...task, status: 'skipped', endedAt: at };
}

/** Starts and skips whatever can be decided now. */
function settle(tasks: readonly WorkflowTask[], state: WorkflowState, at: number): WorkflowTransition {
	if (state.stopping) return { state, started: [] };
	const now: Record<string, TaskState> = { ...state.tasks };
	const started: string[] = [];
	for (const task of tasks) {
		const own = now[task.id] ?? NEW_TASK;
		if (own.status !== 'waiting') continue;
		const verdict = judge(task, now);
		if (verdict === 'skip') now[task.id] = skipped(own, at);
		else if (verdict === 'run') {
			now[task.id] = { ...own, status: 'running', startedAt: at };
			started.push(task.id);
		}
	}
	return { state: { ...state, tasks: now }, started };
}

function judge(task: WorkflowTask, states: Readonly<Record<string, TaskState>>): 'run' | 'skip' | 'wait' {
	const edges = task.after.map((edge) => fired(edge.condition, states[edge.task]?.status ?? 'waiting'));
	if (task.waitFor === 'any' && edges.length > 0) {
		if (edges.includes('yes')) return 'run';
		return edges.includes('open') ? 'wait' : 'skip';
	}
	if (edges.includes('no')) return 'skip';
	return edges.includes('open') ? 'wait' : 'run';
}

/** Whether an edge fired; `open` while that is not decided. */
function fired(condition: TaskCondition, status: TaskStatus): 'yes' | 'no' | 'open' {
	if (!ENDED.has(status)) return 'open';
	if (condition === 'completion') return 'yes';
	return status === (condition === 'success' ? 'completed' : 'failed') ? 'yes' : 'no';
}
