import { AppError } from '../../lib/errors.ts';
import { grantIdOf, type Principal } from '../../model/principal.ts';
import { rankOf } from '../../model/run.ts';
import type { SubmittedRun } from '../../model/views/run.ts';
import { insertRun, type NewRun } from '../../store/runs.ts';
import { insertScheduledRun, type ScheduledFire } from '../../store/schedule-turns.ts';
import type { OperationContext } from '../context.ts';
import { handOver } from './hand-over.ts';
import { type FreezableRun, freeze, type RunOrigin } from './order.ts';
import { keepPayload } from './payload.ts';
import { prepareRun, type SubmitRunInput } from './prepare.ts';
import { masked, namesRunId, sealRunVariables } from './run-variables.ts';

/** Validates, freezes version, variables and plan, writes the run and hands it to its cluster. Does not wait: see `waitForRun`. */
export async function submitRun(context: OperationContext, principal: Principal, input: SubmitRunInput, origin: RunOrigin = {}): Promise<SubmittedRun> {
	const { store, sealer } = context;
	const accountId = principal.account.id;
	const { retried, parent, fire } = origin;
	const { circumstances, definition, first, planned } = await prepareRun(context, principal, input, origin);
	const { found, cluster, submittedAt } = circumstances;
	const { variables: values = {}, dynamic_variables: dynamic = {}, payload = null } = input;
	const version = found.version.number;
	const row: NewRun = {
		accountId,
		packageId: found.package.id,
		packageVersion: version,
		clusterId: cluster.id,
		userId: principal.user.id,
		grantId: grantIdOf(principal),
		via: context.via,
		...(retried === undefined ? {} : { retryOf: retried.id, retryMode: retried.mode, attempt: retried.attempt + 1, child: retried.automatic === true ? 1 : 0 }),
		...(parent === undefined ? {} : { child: 1, parentRunId: parent.runId, parentTask: parent.task }),
		status: 'pending',
		submittedAt,
		updatedAt: submittedAt,
		variables: masked(values, first.variables),
		dynamicVariables: masked(dynamic, first.variables),
		sealedVariables: await sealRunVariables(sealer, accountId, first.variables, first.work),
		priority: rankOf(input.priority ?? 'normal'),
		connectionIds: first.connections.map((connection) => connection.id),
		components: [],
		labels: [...new Set(input.labels ?? [])],
		payloadRows: payload?.length ?? null,
	};
	const id = parent?.interrupted ?? (await written(store, fire, row));
	if (payload !== null) await keepPayload(context, { id, accountId }, payload);
	const plan: FreezableRun = namesRunId(definition, dynamic) ? await planned(id) : first;
	const order = freeze(plan, { runId: id, circumstances, payload, origin, priority: row.priority ?? 0 });
	const { status, queuedBehind } = await handOver(context, order, cluster.region);
	return { run_id: id, status, package_id: found.package.id, package_version: version, cluster_id: cluster.id, queued_behind: queuedBehind };
}

async function written(store: OperationContext['store'], fire: ScheduledFire | undefined, run: NewRun): Promise<number> {
	if (fire === undefined) return insertRun(store, run);
	const id = await insertScheduledRun(store, run, fire);
	if (typeof id === 'number') return id;
	throw new AppError('conflict', id === 'already' ? 'this fire of the schedule has its run' : 'the schedule is not enabled any more', {
		details: { fire: id },
	});
}
