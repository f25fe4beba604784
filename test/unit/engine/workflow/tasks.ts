import type { Task, TaskCondition, WorkflowTask } from '../../../../src/plan/workflow.ts';

/** A task of a plan; edges as `a`, `a:failure`. */
export function aTask(id: string, after: readonly string[] = [], more: { readonly task?: Task; readonly waitFor?: 'all' | 'any' } = {}): WorkflowTask {
	const task = more.task ?? { kind: 'sleep', seconds: 0 };
	const edges = after.map((text) => {
		const [from = '', condition = 'success'] = text.split(':');
		return { task: from, condition: condition as TaskCondition };
	});
	return { id, component: { id, name: id, type: `${task.kind}_component` }, task, waitFor: more.waitFor ?? 'all', after: edges };
}
