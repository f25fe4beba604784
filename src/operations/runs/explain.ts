import type { Principal } from '../../model/principal.ts';
import type { RunStatus } from '../../model/run.ts';
import type { ComponentFailureView, FailureExplanation } from '../../model/views/run.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import { requireRunRight } from './access.ts';
import { ERROR_PATTERNS, matchPatterns, type PatternMatch } from './error-patterns.ts';
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
	const patterns = run.status === 'failed' ? matchPatterns([...state.failures.map(failureText), ...state.log.filter(speaksOfFailure).map(logText)]) : [];
	return {
		run_id: run.id,
		package_id: run.packageId,
		package_name: packageName,
		status: run.status,
		primary_error: state.failures[0] ?? null,
		failed_components: [...state.failures],
		error_patterns: patterns,
		next_steps: nextSteps(state, patterns),
		log_tail: lines === 0 ? [] : state.log.slice(-lines).map(logText),
	};
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

function nextSteps({ found, failures }: RunState, patterns: readonly PatternMatch[]): string[] {
	const { id, status, packageId, lastError } = found.run;
	if (status !== 'failed') return [NOT_FAILED[status] ?? `The run is ${status}: poll get_run with run_id ${id} until it ends.`];
	const steps = failures.filter((failure) => failure.hint !== '').map((failure) => `${failure.name}: ${failure.hint}`);
	if (failures.length === 0 && lastError !== null) steps.push(lastError);
	for (const { name, advice } of ERROR_PATTERNS) if (advice !== null && patterns.some((match) => match.pattern === name)) steps.push(advice);
	steps.push(`After a change: validate_package with package_id ${packageId}, then run_package. The destinations are as they were before this run.`);
	return [...new Set(steps)];
}
