import { AppError } from '../../lib/errors.ts';
import { describeFault, logger } from '../../lib/log.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import { secretsIn } from '../../lib/secret.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';
import type { WorkflowTask } from '../../plan/workflow.ts';
import type { ComponentFailure } from '../ports.ts';
import { resultOf } from './result.ts';
import { taskKey, taskScope } from './scope.ts';
import type { TaskReport, WorkflowPorts, WorkflowRemains, WorkflowSpec } from './spec.ts';
import { isOver, type TaskFault, transition, unhandledFailures, type WorkflowEvent, type WorkflowState } from './state.ts';
import { WorkflowStorage } from './storage.ts';
import { runnerOf } from './tasks/registry.ts';
import type { TaskStep, TaskWork } from './tasks/task-work.ts';

export type WorkflowOutcome =
	| { readonly state: 'more' }
	/** Nothing to do before then, unless a child ends. */
	| { readonly state: 'waiting'; readonly resumeAt: number }
	| { readonly state: 'completed' }
	| { readonly state: 'failed'; readonly failures: readonly ComponentFailure[] };

/** A passing fault of an outside system is tried again so often, with pauses of 1, 2, 4 … s. */
const MOST_ATTEMPTS = 5;
/** What is our own and away (the index) is waited for longer: about twenty minutes. */
const MOST_PATIENCE = 25;
const LONGEST_PAUSE = 60_000;
/** Rounds in one slice: between two slices a cancel is seen. */
const ROUNDS = 8;
/** Running children are looked at so often while they are being stopped; each also tells when it has ended. */
const LOOK_AGAIN = 5_000;

/** A workflow at work. Everything durable is in the storage: another one on the same storage goes on. */
export class WorkflowExecution {
	readonly #spec: WorkflowSpec;
	readonly #ports: WorkflowPorts;
	readonly #storage: WorkflowStorage;
	/** Blanks results of secret variables too. */
	#redact: Redact = (text) => text;

	constructor(spec: WorkflowSpec, ports: WorkflowPorts) {
		this.#spec = spec;
		this.#ports = { ...ports, log: (level, message, task) => ports.log(level, this.#redact(message), task) };
		this.#storage = new WorkflowStorage(ports.storage);
		this.#learnSecrets();
	}

	/** Carries on every task that is at work, side by side, until all wait, the slice is full or the workflow is over. */
	async slice(): Promise<WorkflowOutcome> {
		if (this.#storage.state() === null) this.#begin();
		let resumeAt: number | null = null;
		for (let round = 0; round < ROUNDS; round++) {
			const state = this.#state();
			if (isOver(state)) return this.#outcome(state);
			const running = this.#tasks.filter((task) => state.tasks[task.id]?.status === 'running');
			const waits = await Promise.all(running.map((task) => this.#advance(task, state)));
			const idle = waits.every((wait) => wait !== null);
			resumeAt = idle ? Math.min(...(waits as number[])) : null;
			if (idle) break;
		}
		return resumeAt === null ? { state: 'more' } : { state: 'waiting', resumeAt };
	}

	/** Stops the children and lets go of what tasks hold. Gives when to ask again, or null once everything has let go. */
	async stop(): Promise<number | null> {
		if (this.#storage.state() === null) this.#begin({ started: false });
		this.#apply({ kind: 'stop_requested', at: this.#ports.now() });
		const state = this.#state();
		const children = await this.#children(state);
		const under = (await Promise.all(children.map((runId) => this.#ports.child(runId)))).filter((child) => child.status === 'under way');
		await Promise.all(under.map((child) => this.#ports.cancelChild(child.runId)));
		if (under.length > 0) return this.#ports.now() + LOOK_AGAIN;
		for (const task of this.#tasks) if (state.tasks[task.id]?.status === 'running') await this.#letGo(task, state);
		this.#apply({ kind: 'stopped', at: this.#ports.now() });
		return null;
	}

	get isOver(): boolean {
		const state = this.#storage.state();
		return state !== null && isOver(state);
	}

	/** 0..1: tasks that are behind it. */
	get progress(): number {
		const states = Object.values(this.#storage.state()?.tasks ?? {});
		const behind = states.filter((task) => task.status !== 'waiting' && task.status !== 'running').length;
		return states.length === 0 ? 0 : Math.min(0.99, behind / states.length);
	}

	reports(): TaskReport[] {
		const state = this.#storage.state();
		return this.#tasks.map(({ id, component: { name, type } }) => {
			const { status, runId, startedAt, endedAt, error, reused } = state?.tasks[id] ?? {
				status: 'waiting',
				runId: null,
				startedAt: null,
				endedAt: null,
				error: null,
				reused: false,
			};
			return { task: id, name, type, status, runId, startedAt, endedAt, error: error?.message ?? null, reused };
		});
	}

	remains(): WorkflowRemains {
		const results = new Map(this.#storage.results().map(({ task, result }) => [task, result]));
		const states = Object.entries(this.#storage.state()?.tasks ?? {});
		return {
			tasks: this.#tasks,
			states: Object.fromEntries(states.map(([id, { status, runId, endedAt }]) => [id, { status, runId, endedAt, result: results.get(id) ?? null }])),
		};
	}

	/** What cannot be cleaned up is told, and does not keep the run from ending. */
	async #letGo(task: WorkflowTask, state: WorkflowState): Promise<void> {
		try {
			await runnerOf(task.task).stop?.(this.#work(task, state));
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			this.#ports.log('warn', `could not clean up: ${error.message}`, task.component.name);
		}
	}

	/** Every run it started, also one whose start was not noted any more. */
	async #children(state: WorkflowState): Promise<number[]> {
		const known = Object.values(state.tasks).flatMap(({ runId, reused }) => (runId === null || reused ? [] : [runId]));
		const open = this.#tasks.filter(({ id, task }) => task.kind === 'run_package' && state.tasks[id]?.status === 'running' && state.tasks[id]?.runId === null);
		const found = await Promise.all(open.map((task) => this.#ports.startedChild(task.id)));
		return [...known, ...found.filter((id) => id !== null)];
	}

	get #tasks(): readonly WorkflowTask[] {
		return this.#spec.workflow.tasks;
	}

	#state(): WorkflowState {
		const state = this.#storage.state();
		if (state === null) throw new TypeError('the workflow has not begun');
		return state;
	}

	#begin({ started } = { started: true }): void {
		const { finished } = this.#spec;
		const reused = Object.entries(finished).sort(([, a], [, b]) => a.endedAt - b.endedAt);
		const { state } = transition(this.#tasks, null, { kind: 'begun', at: this.#ports.now(), finished: started ? finished : {} });
		this.#ports.storage.transaction(() => {
			this.#storage.keepState(state);
			for (const [id, { result }] of started ? reused : []) {
				const variable = variableOf(this.#tasks.find((task) => task.id === id));
				if (variable !== null && result !== null) this.#storage.keepResult(id, variable, result);
			}
		});
		this.#learnSecrets();
		if (started && reused.length > 0) this.#ports.log('info', `${reused.length} finished tasks are taken over`, null);
	}

	/** One step of a task, and what follows from it. Gives when to look again, or null where there is more to do at once. */
	async #advance(task: WorkflowTask, state: WorkflowState): Promise<number | null> {
		const at = this.#ports.now();
		const pause = this.#storage.progress(task.id, 'pause') as { until: number; attempts: number } | undefined;
		if (pause !== undefined && pause.until > at) return pause.until;
		try {
			const step = await runnerOf(task.task).step(this.#work(task, state));
			return this.#note(task, step);
		} catch (error) {
			return this.#fault(task, error, pause?.attempts ?? 0);
		}
	}

	#note(task: WorkflowTask, step: TaskStep): number | null {
		const at = this.#ports.now();
		switch (step.kind) {
			case 'more':
				return null;
			case 'wait':
				return step.until;
			case 'child':
				this.#apply({ kind: 'child_started', at, task: task.id, runId: step.runId });
				this.#ports.log('info', `run ${step.runId} was started`, task.component.name);
				return null;
			case 'failed':
				this.#fail(task, step.error);
				return null;
			case 'done': {
				const variable = this.#variable(variableOf(task));
				const result = variable === null ? null : resultOf(variable, step.result);
				this.#apply({ kind: 'task_completed', at, task: task.id }, () => {
					if (variable !== null && result !== null) this.#storage.keepResult(task.id, variable.name, result);
					this.#storage.forgetProgress(task.id);
				});
				if (variable?.secret === true) this.#learnSecrets();
				return null;
			}
		}
	}

	#fault(task: WorkflowTask, error: unknown, attempts: number): number | null {
		if (!(error instanceof AppError)) {
			const message = `the task stopped on a fault of the gateway's own (${error instanceof Error ? error.name : typeof error})`;
			this.#fail(task, { class: 'internal', message, hint: 'Run it again; if it fails in the same way, report it with the run id.', package: null });
			logger({ run: this.#spec.runId }).error('a task broke', { error: describeFault(error) });
			return null;
		}
		const most = error.code === 'unavailable' ? MOST_PATIENCE : MOST_ATTEMPTS;
		if (error.retryable && attempts < most) {
			const asked = error.details?.['retry_after_ms'];
			const until = this.#ports.now() + Math.max(Math.min(LONGEST_PAUSE, 1000 * 2 ** attempts), typeof asked === 'number' ? asked : 0);
			this.#storage.keepProgress(task.id, 'pause', { until, attempts: attempts + 1 });
			this.#ports.log('warn', `${error.message.replace(/\.$/, '')}; trying again (${attempts + 1} of ${most})`, task.component.name);
			return until;
		}
		this.#fail(task, { class: error.code, message: error.message, hint: error.hint, package: null });
		return null;
	}

	#fail(task: WorkflowTask, error: TaskFault): void {
		const told = { ...error, message: this.#redact(this.#ports.redact(error.message)) };
		this.#apply({ kind: 'task_failed', at: this.#ports.now(), task: task.id, error: told }, () => this.#storage.forgetProgress(task.id));
		this.#ports.log('error', told.message, task.component.name);
	}

	/** On the state of this moment: others may have changed it while a task was at work. */
	#apply(event: WorkflowEvent, also: () => void = () => {}): void {
		this.#ports.storage.transaction(() => {
			this.#storage.keepState(transition(this.#tasks, this.#storage.state(), event).state);
			also();
		});
	}

	#work(task: WorkflowTask, state: WorkflowState): TaskWork {
		const results = new Map(this.#storage.results().map(({ variable, result }) => [variable, result]));
		const { runId, startedAt } = state.tasks[task.id] ?? { runId: null, startedAt: null };
		return {
			task,
			runId,
			startedAt: startedAt ?? this.#ports.now(),
			scope: taskScope(this.#spec, state, results, task.id),
			key: taskKey(this.#spec, task.id),
			ports: this.#ports,
			kept: (name) => this.#storage.progress(task.id, name),
			keep: (name, json) => this.#storage.keepProgress(task.id, name, json),
			note: (message) => this.#ports.log('info', message, task.component.name),
		};
	}

	#variable(name: string | null) {
		return this.#spec.workflow.variables.find((variable) => variable.name === name) ?? null;
	}

	#learnSecrets(): void {
		const secret = this.#storage.results().filter(({ variable }) => this.#variable(variable)?.secret === true);
		this.#redact = redactor(secret.flatMap(({ result }: { result: QueryParameter }) => (result.value === null ? [] : secretsIn(String(result.value)))));
	}

	#outcome(state: WorkflowState): WorkflowOutcome {
		const unhandled = unhandledFailures(this.#tasks, state);
		if (unhandled.length === 0) return { state: 'completed' };
		const failed = this.#tasks.filter((task) => state.tasks[task.id]?.status === 'failed');
		const ordered = [...failed.filter(({ id }) => unhandled.includes(id)), ...failed.filter(({ id }) => !unhandled.includes(id))];
		return { state: 'failed', failures: ordered.map((task) => failureOf(task, state.tasks[task.id]?.error ?? null)) };
	}
}

function variableOf(task: WorkflowTask | undefined): string | null {
	return task !== undefined && 'resultVariable' in task.task ? task.task.resultVariable : null;
}

function failureOf({ component: { id, name, type } }: WorkflowTask, error: TaskFault | null): ComponentFailure {
	const { class: errorClass, message, hint } = error ?? { class: 'failed', message: 'the task failed', hint: '' };
	return { component: id, name, type, class: errorClass, message, hint, row: null, field: null, sample: null };
}
