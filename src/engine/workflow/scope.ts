import type { QueryParameter } from '../../plan/endpoints.ts';
import type { BoundVariable, VariableScope } from '../../plan/fill.ts';
import { FAILURE_VARIABLES, TASK_KEY } from '../../plan/predefined.ts';
import type { WorkflowSpec } from './spec.ts';
import { failureBefore, type WorkflowState } from './state.ts';

/** The same for every repetition of a task within a run, and never the same for another: what an outside system may know it by. */
export function taskKey(spec: Pick<WorkflowSpec, 'runId'>, task: string): string {
	return `headgate-${spec.runId}-${task}`;
}

/** The variables as a task sees them when it runs: the package's own with what tasks before it left, the run's, and what failed. */
export function taskScope(spec: WorkflowSpec, state: WorkflowState, results: ReadonlyMap<string, QueryParameter>, task: string): VariableScope {
	const { tasks, variables } = spec.workflow;
	const failed = failureBefore(tasks, state, task);
	const told: Readonly<Record<string, string | null>> = {
		_FAILED_TASK: failed?.task.component.name ?? null,
		_FAILED_PACKAGE: failed?.error.package ?? null,
		_FAILED_ERROR: failed?.error.message ?? null,
		[TASK_KEY.name]: taskKey(spec, task),
	};
	const text = (name: string): BoundVariable => ({ name, type: { kind: 'string' }, value: told[name] ?? null, secret: false, unset: false });
	const known = new Map<string, BoundVariable>([
		...spec.predefined.map((each) => [each.name, each] as const),
		...variables.map((each) => [each.name, each] as const),
	]);
	for (const { name } of [...FAILURE_VARIABLES, TASK_KEY]) known.set(name, text(name));
	for (const [name, result] of results) {
		const own = known.get(name);
		if (own !== undefined) known.set(name, { ...own, ...result });
	}
	return { get: (name) => known.get(name), names: () => [...known.keys()] };
}
