import type { VariableValue } from '../../../model/run.ts';
import type { VariableScope } from '../../../plan/fill.ts';
import { parseTemplate, soleVariable } from '../../../plan/template.ts';
import type { RunPackageTask } from '../../../plan/workflow.ts';
import type { ChildRun } from '../spec.ts';
import { fillText, type TaskRunner } from './task-work.ts';

/** A child tells its parent when it has ended; this is how soon the parent looks by itself where that word was lost. */
const LOOK_AGAIN = 15_000;

/** Another run under this one. It is known by the task, so that it is started once. */
export const runPackage: TaskRunner<RunPackageTask> = {
	async step({ task, runId, scope, ports }) {
		const { packageId, variables, wait } = task.task;
		if (runId === null) {
			const entries = Object.entries(variables);
			const secret = entries.filter(([, value]) => namesSecret(value, scope)).map(([name]) => name);
			const values = Object.fromEntries(entries.map(([name, value]) => [name, handedOn(value, scope)]));
			return { kind: 'child', runId: await ports.startChild({ task: task.id, packageId, variables: values, secret }) };
		}
		if (!wait) return { kind: 'done', result: { status: 'submitted', run_id: runId } };
		const child = await ports.child(runId);
		if (child.status === 'under way') return { kind: 'wait', until: ports.now() + LOOK_AGAIN };
		if (child.status === 'completed') return { kind: 'done', result: outcome(child) };
		return { kind: 'failed', error: failed(child) };
	},
};

/** A text that is one variable hands on its value; all others are texts. */
function handedOn(value: VariableValue, scope: VariableScope): VariableValue {
	if (typeof value !== 'string') return value;
	const sole = soleVariable(value);
	const variable = sole === null ? undefined : scope.get(sole);
	return variable === undefined ? fillText(value, 'text', scope) : variable.value;
}

function namesSecret(value: VariableValue, scope: VariableScope): boolean {
	return typeof value === 'string' && parseTemplate(value).some((part) => part.kind === 'variable' && scope.get(part.name)?.secret === true);
}

function outcome({ status, runId, outputs }: ChildRun) {
	return {
		status,
		run_id: runId,
		records: Object.fromEntries(outputs.map(({ name, records }) => [name, records])),
		rows: outputs.find((output) => output.rows !== null)?.rows ?? [],
	};
}

function failed({ runId, packageName, status, failure }: ChildRun) {
	const run = `run ${runId} of "${packageName}"`;
	if (status === 'stopped')
		return { class: 'stopped', message: `${run} was stopped`, hint: 'Somebody cancelled it: retry_job starts again from here.', package: packageName };
	const because = failure === null ? 'without saying why' : failure.message;
	return {
		class: failure?.class ?? 'failed',
		message: `${run} failed: ${because}`,
		hint: `explain_job_failure with run_id ${runId} tells all of it.`,
		package: packageName,
	};
}
