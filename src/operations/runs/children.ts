import type { ChildOrder, ChildRun, WorkflowPorts } from '../../engine/workflow/spec.ts';
import { AppError } from '../../lib/errors.ts';
import { ENDED } from '../../model/run.ts';
import { runRemains } from '../../store/run-journal.ts';
import { childByTask, type RunWithNames, runById } from '../../store/runs.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { withFirstFault } from '../packages/first-fault.ts';
import { actorOf } from './actor.ts';
import { stopRun } from './cancel.ts';
import type { RunOrder } from './ports.ts';
import { storedRows } from './state.ts';
import { submitRun } from './submit.ts';

/** Workflows that run workflows, one below the other. Validation sees most circles; packages may change while they run. */
const MOST_NESTED = 10;

type ChildPorts = Pick<WorkflowPorts, 'startChild' | 'startedChild' | 'child' | 'cancelChild'>;

/** What a workflow may do with runs of its own: in the account, with the rights of whoever started it. */
export function childRuns(context: OperationContext, order: RunOrder): ChildPorts {
	const { runId, accountId } = order.spec;
	const patient =
		<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
		(...args: Args) =>
			work(...args).catch((error: unknown) => {
				throw passing(context, error);
			});
	const found = async (id: number): Promise<RunWithNames> => {
		const run = await runById(context.store, accountId, id);
		if (run === null) throw notFound('run', id);
		return run;
	};
	return {
		startedChild: patient(async (task) => (await childByTask(context.store, runId, task))?.id ?? null),
		startChild: patient((child) => start(context, order, child)),
		child: patient(async (id) => childRun(context, await found(id))),
		cancelChild: patient(async (id) => {
			const { run } = await found(id);
			if (!ENDED.has(run.status)) await stopRun(context, run);
		}),
	};
}

async function start(context: OperationContext, order: RunOrder, { task, packageId, variables, secret }: ChildOrder): Promise<number> {
	const { runId, accountId } = order.spec;
	const { userId, grantId, packages } = order.children ?? { userId: 0, grantId: null, packages: [] };
	refuseCircle(packages, packageId);
	const there = await childByTask(context.store, runId, task);
	if (there !== null && there.status !== 'pending') return there.id;
	const principal = await actorOf(context, { accountId, userId, grantId });
	const parent = { runId, task, packages, secret, interrupted: there?.id ?? null };
	try {
		return (await submitRun(context, principal, { package_id: packageId, cluster_id: order.clusterId, variables }, { parent })).run_id;
	} catch (error) {
		// It was written: by this very call, or by one that was taken to be lost. What became of it is its own story.
		const written = await childByTask(context.store, runId, task);
		if (written !== null) return written.id;
		throw withFirstFault(error);
	}
}

function refuseCircle(packages: readonly number[], packageId: number): void {
	const hint = 'A package cannot run itself, neither directly nor through others: change one of the run_package_components.';
	if (packages.includes(packageId)) {
		throw new AppError('invalid_input', `package ${packageId} is under way above this task already: ${[...packages, packageId].join(' → ')}`, { hint });
	}
	if (packages.length < MOST_NESTED) return;
	throw new AppError('limit', `workflows run workflows ${packages.length} deep (${packages.join(' → ')}), and at most ${MOST_NESTED} may`, { hint });
}

async function childRun(context: OperationContext, { run, packageName }: RunWithNames): Promise<ChildRun> {
	const base = { runId: run.id, packageName, failure: null, outputs: [] };
	if (!ENDED.has(run.status)) return { ...base, status: 'under way' };
	const { outputs, failures } = await runRemains(context.store, run.id);
	const given = outputs.map(async (output) => ({ name: output.name, target: output.target, records: output.records, rows: await storedRows(context, output) }));
	const [first] = failures;
	return {
		...base,
		status: run.status === 'completed' ? 'completed' : run.status === 'stopped' ? 'stopped' : 'failed',
		failure: first === undefined ? null : { class: first.class, message: first.message },
		outputs: await Promise.all(given),
	};
}

/** What the index or an object says when it is away is no fault of the task. */
function passing({ log }: OperationContext, error: unknown): AppError {
	if (error instanceof AppError) return error;
	log.warn('a child run could not be reached', { error: reasonOf(error) });
	return new AppError('unavailable', 'the index of runs did not answer', { hint: 'It is tried again.' });
}
