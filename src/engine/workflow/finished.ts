import { canonicalJson } from '../../lib/json.ts';
import type { WorkflowPlan, WorkflowTask } from '../../plan/workflow.ts';
import type { FinishedTask, WorkflowRemains } from './spec.ts';

/**
 * Tasks that a retry need not do again: they completed, nothing before them failed or was stopped, and neither they nor what stands
 * before them has been changed since. Whatever failed, and all that follows it, is done again.
 */
export function finishedTasks({ tasks, states }: WorkflowRemains, workflow: WorkflowPlan): Record<string, FinishedTask> {
	const before = new Map(tasks.map((task) => [task.id, definition(task)]));
	const settled = new Set<string>();
	const finished: Record<string, FinishedTask> = {};
	for (const task of workflow.tasks) {
		const state = Object.hasOwn(states, task.id) ? states[task.id] : undefined;
		const same = before.get(task.id) === definition(task) && task.after.every((edge) => settled.has(edge.task));
		if (state === undefined || !same || (state.status !== 'completed' && state.status !== 'skipped')) continue;
		settled.add(task.id);
		if (state.status === 'completed') finished[task.id] = { runId: state.runId, endedAt: state.endedAt ?? 0, result: state.result };
	}
	return finished;
}

function definition({ task, waitFor, after }: WorkflowTask): string {
	return canonicalJson({ task, waitFor, after });
}
