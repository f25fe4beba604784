import { finishedTasks } from '../../engine/workflow/finished.ts';
import type { WorkflowRemains } from '../../engine/workflow/spec.ts';
import { AppError } from '../../lib/errors.ts';
import type { RunRow } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { workflowKey } from './archive-keys.ts';
import type { RetriedRun } from './order.ts';

/** What a retry of a workflow takes over from the run that failed. */
export async function fromFailedTask({ archive, sealer }: Pick<OperationContext, 'archive' | 'sealer'>, run: RunRow): Promise<Pick<RetriedRun, 'finished'>> {
	if (run.tasks === null) {
		throw new AppError('invalid_input', `run ${run.id} is no workflow: it has no tasks`, {
			hint: 'Use mode all, or failed_records for records that a component refused.',
		});
	}
	const kept = await (await archive.get(workflowKey(run.accountId, run.id)))?.text();
	if (kept === undefined) {
		throw new AppError('conflict', `what the tasks of run ${run.id} left is not kept any more`, { hint: 'Use mode all: every task is done again.' });
	}
	const remains = JSON.parse((await sealer.open({ kind: 'run_variables', accountId: run.accountId }, kept)).reveal()) as WorkflowRemains;
	return { finished: (workflow) => finishedTasks(remains, workflow) };
}
