import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import type { RunStatus } from '../../model/run.ts';
import type { ComponentFailureView, FailureExplanation } from '../../model/views/run.ts';
import { versionByNumber } from '../../store/package-versions.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import { requireRunRight } from './access.ts';
import { adviceOf, failedPart } from './advice.ts';
import { matchPatterns, type PatternMatch } from './error-patterns.ts';
import { logText } from './log-tail.ts';
import type { LogLine } from './ports.ts';
import { type RunState, runState } from './state.ts';

const LOG_TAIL = { normal: 50, most: 200 };

/** Why a run failed: the first error, every failed component, what the log matches, what to do next. `log_tail_lines`: 50 unless given, most 200. */
export async function explainRun(
	context: OperationContext,
	principal: Principal,
	input: { readonly run_id: number; readonly log_tail_lines?: number | undefined },
): Promise<FailureExplanation> {
	const lines = within('log_tail_lines', input.log_tail_lines ?? LOG_TAIL.normal, 0, LOG_TAIL.most);
	// The whole reach is looked through, whatever part of it is shown.
	const state = await runState(context, principal, input.run_id, LOG_TAIL.most);
	const { run, packageName } = state.found;
	await requireRunRight(context, principal, run, 'debug');
	const failed = run.status === 'failed' ? [state, ...(await failedChildren(context, principal, state))] : [state];
	const patterns =
		run.status === 'failed'
			? matchPatterns(failed.flatMap(({ failures, log }) => [...failures.map(failureText), ...log.filter(speaksOfFailure).map(logText)]))
			: [];
	return {
		run_id: run.id,
		package_id: run.packageId,
		package_name: packageName,
		status: run.status,
		primary_error: state.failures[0] ?? null,
		failed_components: failed.flatMap(({ found, failures }) => failures.map((failure) => ({ run_id: found.run.id, ...failure }))),
		error_patterns: patterns,
		next_steps: nextSteps(failed, await advised(context, failed, patterns)),
		log_tail: lines === 0 ? [] : state.log.slice(-lines).map(logText),
	};
}

/** So many runs below one are looked into. */
const MOST_CHILDREN = 20;

/** The runs that failed below a workflow, nearest first, as far as this principal may look into them. */
async function failedChildren(context: OperationContext, principal: Principal, top: RunState): Promise<RunState[]> {
	const found: RunState[] = [];
	const open = failedRuns(top);
	for (let next = open.shift(); next !== undefined && found.length < MOST_CHILDREN; next = open.shift()) {
		const state = await runState(context, principal, next, LOG_TAIL.most).catch((error: unknown) => {
			// A package that may not be read is not there: its failure is told by the task alone.
			if (error instanceof AppError && error.code === 'not_found') return null;
			throw error;
		});
		if (state === null || state.found.run.status !== 'failed') continue;
		found.push(state);
		open.push(...failedRuns(state));
	}
	return found;
}

function failedRuns({ tasks }: RunState): number[] {
	return (tasks ?? []).flatMap(({ status, run_id }) => (status === 'failed' && run_id !== null ? [run_id] : []));
}

/** Ordinary lines mention tables and connections too. */
function speaksOfFailure(line: LogLine): boolean {
	return line.level !== 'info';
}

function failureText(failure: ComponentFailureView): string {
	return `ERROR [${failure.id}] ${failure.class}: ${failure.message}`;
}

const NOT_FAILED: Readonly<Partial<Record<RunStatus, string>>> = {
	completed: 'The run completed: there is no failure to explain. get_run shows its outputs.',
	stopped: 'The run was stopped on request: run_package starts it again.',
};

/** What to do about each failure; where none speaks for itself, about what the logs say. */
async function advised({ store }: OperationContext, failed: readonly RunState[], patterns: readonly PatternMatch[]): Promise<string[]> {
	const advice: string[] = [];
	for (const { found, failures } of failed) {
		const { id, packageId, packageVersion } = found.run;
		if (failures.length === 0) continue;
		const version = await versionByNumber(store, packageId, packageVersion);
		for (const failure of failures) {
			const part = failedPart(failure, version?.definition.components ?? [], id, packageId);
			for (const { pattern } of matchPatterns([failureText(failure)])) {
				const said = adviceOf(pattern, part);
				if (said !== null) advice.push(`${failure.name}: ${said}`);
			}
		}
	}
	const [first] = failed;
	if (advice.length > 0 || first === undefined) return advice;
	const { id, packageId } = first.found.run;
	const nothing = { failure: { id: '', component: '', class: '', message: '' }, fields: null, runId: id, packageId };
	return patterns.flatMap(({ pattern }) => adviceOf(pattern, nothing) ?? []);
}

function nextSteps(states: readonly RunState[], advice: readonly string[]): string[] {
	const [first] = states;
	if (first === undefined) return [];
	const { found, failures, tasks } = first;
	const { id, status, packageId, lastError } = found.run;
	if (status !== 'failed') return [NOT_FAILED[status] ?? `The run is ${status}: poll get_run with run_id ${id} until it ends.`];
	const steps = states
		.flatMap((state) => state.failures)
		.filter((failure) => failure.hint !== '')
		.map((failure) => `${failure.name}: ${failure.hint}`);
	if (failures.length === 0 && lastError !== null) steps.push(lastError);
	steps.push(...advice);
	const changed = `After a change: validate_package with package_id ${packageId}`;
	if (tasks === null) steps.push(`${changed}, then run_package. The destinations are as they were before this run.`);
	else steps.push(`${changed}, then retry_job with run_id ${id} and mode from_failed_task: what finished stays done.`);
	return [...new Set(steps)];
}
