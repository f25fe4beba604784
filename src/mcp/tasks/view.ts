import type { Result } from '@modelcontextprotocol/server';
import { iso } from '../../lib/time.ts';
import { TASK_LIFE, type TaskView } from '../../operations/tasks/ports.ts';

const POLL_MS = 1_000;

/** What answers a call in place of its result. */
export function createdWork(taskId: string, createdAt: number): Result {
	const at = iso(createdAt);
	return { resultType: 'task', taskId, status: 'working', createdAt: at, lastUpdatedAt: at, ttlMs: TASK_LIFE, pollIntervalMs: POLL_MS };
}

/** What `tasks/get` answers, and `notifications/tasks` tells. */
export function detailed(taskId: string, { status, statusMessage, createdAt, updatedAt, ttlMs, result, error, inputRequests }: TaskView) {
	return {
		taskId,
		status,
		...(statusMessage === null ? {} : { statusMessage }),
		createdAt: iso(createdAt),
		lastUpdatedAt: iso(updatedAt),
		ttlMs,
		pollIntervalMs: POLL_MS,
		...(result === undefined ? {} : { result }),
		...(error === undefined ? {} : { error }),
		...(inputRequests === undefined ? {} : { inputRequests }),
	};
}
