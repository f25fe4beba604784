import type { Change } from '../../operations/notices/ports.ts';
import type { Topic } from '../../operations/notices/topics.ts';
import type { TaskHandle, TaskOwner, TaskView } from '../../operations/tasks/ports.ts';
import type { Exchange } from '../exchange.ts';
import { openRunTask, type RunTask } from './run-task.ts';

/** What a task is behind its id: a run, or the object that does the work. */
export interface FoundTask {
	readonly id: string;
	readonly run: RunTask | null;
	readonly work: TaskHandle | null;
	readonly owner: TaskOwner;
}

/** Null for a text that is no task of this grant's, as far as the text itself tells. */
export async function findTask(id: string, exchange: Exchange): Promise<FoundTask | null> {
	const owner = { accountId: exchange.principal.account.id, grantId: exchange.principal.grant.id };
	const work = exchange.operations.tasks.find(id);
	const run = work === null ? await openRunTask(exchange, id) : null;
	return work === null && run === null ? null : { id, run, work, owner };
}

/** The task as it is; null for strangers, and for what is over. */
export async function lookAtTask({ run, work, owner }: FoundTask, exchange: Exchange): Promise<TaskView | null> {
	return (run === null ? await work?.look(owner) : await exchange.surface.runs?.look(run, exchange)) ?? null;
}

/** What its changes are announced under. */
export function topicOfTask({ run }: FoundTask): Topic {
	return run === null ? 'tasks' : `run:${run.runId}`;
}

export function concernsTask({ id, run }: FoundTask, change: Change): boolean {
	if (typeof change === 'string') return false;
	if ('task' in change) return change.task === id;
	return 'run' in change && change.run === run?.runId;
}
