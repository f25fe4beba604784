import { TASK_LIFE, type TaskOrder, type TaskStatus, type TaskStep, type TaskView } from './ports.ts';

/** An attempt is begun anew when the object was lost in the middle; what fails so often is what loses it. */
const MOST_ATTEMPTS = 3;
const INTERNAL_ERROR = -32603;

/** What a task's object keeps. */
export interface TaskState {
	readonly order: TaskOrder;
	readonly status: TaskStatus;
	readonly statusMessage: string | null;
	readonly createdAt: number;
	readonly updatedAt: number;
	readonly attempts: number;
	/** What it waits for, less what was answered. */
	readonly asked: Readonly<Record<string, unknown>>;
	readonly result?: unknown;
	readonly error?: TaskView['error'];
}

export type TaskEvent =
	| { readonly kind: 'attempted' }
	| { readonly kind: 'told'; readonly message: string }
	| { readonly kind: 'stepped'; readonly step: TaskStep }
	| { readonly kind: 'answered'; readonly responses: Readonly<Record<string, unknown>> }
	| { readonly kind: 'cancelled' };

export function newTask(order: TaskOrder, at: number): TaskState {
	return { order, status: 'working', statusMessage: null, createdAt: at, updatedAt: at, attempts: 0, asked: {} };
}

/** What an event makes of a task. One that has ended stays as it is. */
export function transition(state: TaskState, event: TaskEvent, at: number): TaskState {
	if (isOver(state)) return state;
	switch (event.kind) {
		case 'attempted':
			return state.attempts < MOST_ATTEMPTS
				? { ...state, attempts: state.attempts + 1 }
				: { ...state, status: 'failed', error: { code: INTERNAL_ERROR, message: 'The call was interrupted again and again.' }, updatedAt: at };
		case 'told':
			return { ...state, statusMessage: event.message, updatedAt: at };
		case 'stepped':
			return stepped(state, event.step, at);
		case 'answered':
			return answered(state, event.responses, at);
		case 'cancelled':
			return { ...state, status: 'cancelled', statusMessage: null, asked: {}, updatedAt: at };
	}
}

export function isOver({ status }: TaskState): boolean {
	return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function stepped(state: TaskState, step: TaskStep, at: number): TaskState {
	const { order } = state;
	if (step.kind === 'completed') return { ...state, status: 'completed', result: step.result, updatedAt: at };
	if (step.kind === 'failed') return { ...state, status: 'failed', error: step.error, updatedAt: at };
	const call = { ...order.call, inputResponses: {}, requestState: step.requestState };
	return { ...state, status: 'input_required', asked: step.inputRequests, order: { ...order, call }, attempts: 0, updatedAt: at };
}

/** Answers to questions that were not asked are dropped; the work goes on when none is left. */
function answered(state: TaskState, responses: Readonly<Record<string, unknown>>, at: number): TaskState {
	const { order, asked } = state;
	const fitting = Object.entries(responses).filter(([key]) => Object.hasOwn(asked, key));
	if (fitting.length === 0) return state;
	const call = { ...order.call, inputResponses: { ...order.call.inputResponses, ...Object.fromEntries(fitting) } };
	const left = Object.fromEntries(Object.entries(asked).filter(([key]) => !fitting.some(([given]) => given === key)));
	const status = Object.keys(left).length === 0 ? 'working' : 'input_required';
	return { ...state, status, asked: left, order: { ...order, call }, updatedAt: at };
}

export function viewOf({ status, statusMessage, createdAt, updatedAt, asked, result, error }: TaskState): TaskView {
	return {
		status,
		statusMessage,
		createdAt,
		updatedAt,
		ttlMs: TASK_LIFE,
		...(result === undefined ? {} : { result }),
		...(error === undefined ? {} : { error }),
		...(status === 'input_required' ? { inputRequests: asked } : {}),
	};
}
