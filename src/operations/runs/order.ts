import type { BuiltDataflow, BuiltWorkflow } from '../../catalogue/build.ts';
import { MOST_DEPTH } from '../../data/json-text.ts';
import type { FinishedTask } from '../../engine/workflow/spec.ts';
import { AppError } from '../../lib/errors.ts';
import { deeperThan } from '../../lib/json.ts';
import { grantIdOf } from '../../model/principal.ts';
import type { BoundVariable } from '../../plan/fill.ts';
import type { Plan } from '../../plan/plan.ts';
import { predefinedVariables } from '../../plan/variables.ts';
import type { WorkflowPlan } from '../../plan/workflow.ts';
import type { ScheduledFire } from '../../store/schedule-turns.ts';
import type { RunOrder } from './ports.ts';
import { predefinedValues, type RunCircumstances } from './run-variables.ts';

/** What a run comes from, where that is no caller. */
export interface RunOrigin {
	readonly retried?: RetriedRun;
	readonly parent?: ParentTask;
	/** The fire of a schedule that it stands for: it has one run, however often this is tried. */
	readonly fire?: ScheduledFire;
}

/** The run that is tried again. */
export interface RetriedRun {
	readonly id: number;
	readonly attempt: number;
	/** Its version of the package, where that is to run; null for the current one. */
	readonly version: number | null;
	/** `all`, `from_failed_task` or `failed_records:<component>`. */
	readonly mode: string;
	/** The part of the plan that is run, and the rows it is fed with. */
	slice?(plan: Plan): Plan;
	readonly records?: readonly unknown[];
	/** Nobody asked for it: it is listed below the run it repeats. */
	readonly automatic?: boolean;
	/** Tasks of a workflow that need not be done again. */
	finished?(workflow: WorkflowPlan): Readonly<Record<string, FinishedTask>>;
}

/** The task of a workflow that starts a run. */
export interface ParentTask {
	readonly runId: number;
	readonly task: string;
	/** Packages that are under way above the run, the outermost first. */
	readonly packages: readonly number[];
	/** Variables whose values come from secrets of the parent. */
	readonly secret: readonly string[];
	/** The run, where it was written before but may not have been handed over. */
	readonly interrupted: number | null;
}

/** A package that was checked for running, in either kind. */
export interface FreezableRun {
	readonly variables: readonly BoundVariable[];
	readonly connections: readonly { readonly id: number }[];
	readonly work: { readonly plan: Plan } | { readonly workflow: WorkflowPlan };
}

/** `payload`: null where none was given, `retried` where the rows are those that a run refused. */
export function runnable(built: BuiltDataflow | BuiltWorkflow, given: readonly unknown[] | 'retried' | null): FreezableRun {
	const payload = given === 'retried' ? null : given;
	const { connections, variables } = built;
	if (built.flowType === 'workflow') {
		if (payload !== null) throw noPayload();
		return { variables, connections, work: { workflow: built.workflow } };
	}
	if (payload !== null && deeperThan(payload, MOST_DEPTH)) {
		throw new AppError('invalid_input', `the payload is nested deeper than ${MOST_DEPTH} levels`, {
			hint: 'Give such values as text, and take out of it what is wanted with parse_json.',
		});
	}
	if (built.plan === null) throw new Error('a package without faults has no plan');
	const taker = built.plan.nodes.find(({ operator }) => operator.kind === 'scan' && operator.source.kind === 'payload');
	if (payload !== null && payload.length > 0 && taker === undefined) throw noPayloadSource();
	if (given === null && taker !== undefined) throw payloadMissing(taker.component.name);
	return { variables, connections, work: { plan: built.plan } };
}

interface Frozen {
	readonly runId: number;
	readonly circumstances: RunCircumstances;
	readonly payload: readonly unknown[] | null;
	readonly origin: RunOrigin;
	readonly priority: number;
}

/** What the run's object is told. */
export function freeze({ work, variables }: FreezableRun, { runId, circumstances, payload, origin: { parent, retried }, priority }: Frozen): RunOrder {
	const { principal, found, cluster, submittedAt } = circumstances;
	const accountId = principal.account.id;
	const { id: packageId, name: packageName } = found.package;
	const base = {
		clusterId: cluster.id,
		packageId,
		packageName,
		submittedAt,
		priority,
		...(variables.some(({ secret, value }) => secret && value !== null) ? { secret: true as const } : {}),
		...(parent === undefined ? {} : { parent: { runId: parent.runId, task: parent.task } }),
	};
	if ('plan' in work) {
		const plan = retried?.slice?.(work.plan) ?? work.plan;
		return { ...base, spec: { runId, accountId, plan, payload: retried?.records ?? payload } };
	}
	const predefined = predefinedVariables(predefinedValues(circumstances, runId));
	const finished = retried?.finished?.(work.workflow) ?? {};
	const children = {
		userId: principal.user.id,
		grantId: grantIdOf(principal),
		packages: [...(parent?.packages ?? []), packageId],
	};
	return { ...base, spec: { runId, accountId, workflow: work.workflow, predefined, finished }, children };
}

/** Without its rows a run would replace its destinations by nothing, and call that a success. */
function payloadMissing(component: string): AppError {
	return new AppError('invalid_input', `"${component}" takes its rows from the payload of the run, and none was given`, {
		hint: 'Give run_package payload: a list of objects, one a row; [] is a run without rows. Schedules and workflows give none: let the package read a file, a table or an API instead.',
	});
}

function noPayloadSource(): AppError {
	return new AppError('invalid_input', 'the package has no payload source: the rows of the payload would go nowhere', {
		hint: 'Leave payload out, or add a payload_source_component to the package.',
	});
}

function noPayload(): AppError {
	return new AppError('invalid_input', 'a workflow takes no payload', {
		hint: 'Rows go to the dataflow package that has a payload source; a workflow is given variables.',
	});
}
