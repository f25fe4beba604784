import { DurableObject } from 'cloudflare:workers';
import { logger } from '../lib/log.ts';
import type { OperationContext } from '../operations/context.ts';
import { announce } from '../operations/notices/announce.ts';
import { TASK_LIFE, type TaskHandle, type TaskOrder, type TaskOwner, type TaskStep, type TaskView } from '../operations/tasks/ports.ts';
import { newTask, type TaskEvent, type TaskState, transition, viewOf } from '../operations/tasks/state.ts';
import { objectOperations } from './operations.ts';

/** One attempt at the call of a task. */
export interface TaskAttempt {
	readonly order: TaskOrder;
	readonly operations: OperationContext;
	readonly signal: AbortSignal;
	tell(message: string): void;
}

/** Makes the call; never throws. */
export type PerformTask = (attempt: TaskAttempt) => Promise<TaskStep>;

/** The object of one task: keeps the call, makes it behind the answer, keeps how it ended until its life is over. */
export function taskObject(perform: PerformTask) {
	return class extends DurableObject<Env> implements TaskHandle {
		/** Safe to lose: an attempt that is lost with it is begun anew by its alarm. */
		#abort: AbortController | null = null;

		async begin(order: TaskOrder): Promise<number> {
			const state = newTask(order, Date.now());
			this.ctx.storage.sql.exec('CREATE TABLE task (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL) STRICT');
			this.#keep(state);
			await this.ctx.storage.setAlarm(state.createdAt);
			return state.createdAt;
		}

		async look(owner: TaskOwner): Promise<TaskView | null> {
			const state = this.#owned(owner);
			return state === null ? null : viewOf(state);
		}

		async answer(owner: TaskOwner, responses: Readonly<Record<string, unknown>>): Promise<true | null> {
			const before = this.#owned(owner);
			if (before === null) return null;
			const after = this.#apply({ kind: 'answered', responses });
			if (before.status === 'input_required' && after?.status === 'working') await this.ctx.storage.setAlarm(Date.now());
			return true;
		}

		async cancel(owner: TaskOwner): Promise<true | null> {
			if (this.#owned(owner) === null) return null;
			this.#apply({ kind: 'cancelled' });
			this.#abort?.abort();
			return true;
		}

		override async alarm(): Promise<void> {
			const state = this.#state();
			if (state === null) return;
			if (Date.now() >= state.createdAt + TASK_LIFE) {
				await this.ctx.storage.deleteAlarm();
				await this.ctx.storage.deleteAll();
				return;
			}
			const attempt = this.#apply({ kind: 'attempted' });
			if (attempt?.status === 'working') await this.#attempt(attempt);
			const after = this.#state();
			// Answered while it was being parked: its own alarm was this one.
			await this.ctx.storage.setAlarm(after?.status === 'working' ? Date.now() : state.createdAt + TASK_LIFE);
		}

		async #attempt({ order }: TaskState): Promise<void> {
			const abort = new AbortController();
			this.#abort = abort;
			const log = logger({ object: 'task', request_id: order.requestId });
			const behind: Promise<unknown>[] = [];
			const operations = { ...objectOperations(this.env, log), waitUntil: (work: Promise<unknown>) => void behind.push(work) };
			const tell = (message: string) => void this.#apply({ kind: 'told', message });
			const step = await perform({ order, operations, signal: abort.signal, tell });
			this.#apply({ kind: 'stepped', step });
			this.#abort = null;
			await Promise.allSettled(behind);
		}

		/** Null for strangers, and where there is nothing. */
		#owned({ accountId, grantId }: TaskOwner): TaskState | null {
			const state = this.#state();
			const { account, grant } = state?.order.principal ?? {};
			return account?.id === accountId && grant?.id === grantId ? state : null;
		}

		#apply(event: TaskEvent): TaskState | null {
			const before = this.#state();
			if (before === null) return null;
			const after = transition(before, event, Date.now());
			if (after === before) return after;
			this.#keep(after);
			const { id } = after.order.principal.account;
			announce(objectOperations(this.env, logger({ object: 'task' })), id, { task: this.ctx.id.toString() });
			return after;
		}

		/** A question about a task that never was must leave its object empty. */
		#state(): TaskState | null {
			const { sql } = this.ctx.storage;
			if (sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'task'").toArray().length === 0) return null;
			const [row] = sql.exec<{ json: string }>('SELECT json FROM task').toArray();
			return row === undefined ? null : (JSON.parse(row.json) as TaskState);
		}

		#keep(state: TaskState): void {
			this.ctx.storage.sql.exec('INSERT INTO task (id, json) VALUES (1, ?) ON CONFLICT DO UPDATE SET json = excluded.json', JSON.stringify(state));
		}
	};
}
