import { isWorkflow } from '../../engine/run-spec.ts';
import type { RunEnding, RunOrder } from '../../operations/runs/ports.ts';
import type { RunEnvironment } from './environment.ts';
import type { RunLog } from './log.ts';
import type { RunRecord } from './record.ts';

type Step = (run: ClosingRun) => Promise<void>;

export interface ClosingRun {
	readonly order: RunOrder;
	readonly record: RunRecord;
	readonly log: RunLog;
	readonly environment: RunEnvironment;
}

/**
 * What is left to do for a run that has ended, in this order: the slot first, so that others do not wait for an index that is
 * down; then the index; then the workflow that waits for it; then the log. Each step may be repeated.
 */
const STEPS: readonly Step[] = [
	async ({ order, environment }) => {
		if (!isWorkflow(order.spec)) await environment.cluster(order.clusterId).release(order.spec.runId);
	},
	async (run) => {
		await reportBeginning(run);
		await run.environment.journal.runEnded(ending(run.order, run.record));
	},
	({ order, environment }) => environment.tellParent(order),
	async ({ order, log, environment }) => {
		const logKey = await environment.archiveLog(order, log.ndjson());
		await environment.journal.runArchived({ runId: order.spec.runId, logKey, logLines: log.count() });
	},
];

/** Goes on where it stopped; throws what went wrong, to be tried again later. */
export async function close(run: ClosingRun): Promise<void> {
	for (let step = run.record.chores().closed; step < STEPS.length; step++) {
		await (STEPS[step] as Step)(run);
		run.record.keepChores({ closed: step + 1, faults: 0 });
	}
}

/** In order, each once it was taken. */
export async function reportBeginning({ order, record, environment }: ClosingRun): Promise<void> {
	const { runId } = order.spec;
	if (record.chores().reportSubmission) {
		await environment.journal.runSubmitted({ runId });
		record.keepChores({ reportSubmission: false });
	}
	if (record.chores().reportStart) {
		await environment.journal.runStarted({ runId, at: record.state().startedAt ?? order.submittedAt });
		record.keepChores({ reportStart: false });
	}
}

function ending(order: RunOrder, record: RunRecord): RunEnding {
	const { status, startedAt, endedAt } = record.state();
	const { progress, components, failures, outputs, errorClasses, tasks, remains } = record.report();
	return {
		runId: order.spec.runId,
		accountId: order.spec.accountId,
		status: status === 'completed' || status === 'failed' ? status : 'stopped',
		progress: status === 'completed' ? 1 : progress,
		startedAt,
		endedAt: endedAt ?? order.submittedAt,
		components,
		failures,
		outputs,
		errorClasses,
		tasks,
		remains,
	};
}
