import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import { priorityOf } from '../../model/run.ts';
import type { RunDetail } from '../../model/views/run.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import { runItem } from './list.ts';
import { logText } from './log-tail.ts';
import { type RunState, runState } from './state.ts';

export const LOG_TAIL = { normal: 20, most: 200 };

/** One run as it is at this moment, with the end of its log. `log_tail_lines`: 20 unless given, most 200. */
export async function getRun(
	context: OperationContext,
	principal: Principal,
	input: { readonly run_id: number; readonly log_tail_lines?: number | undefined },
): Promise<RunDetail> {
	const lines = within('log_tail_lines', input.log_tail_lines ?? LOG_TAIL.normal, 0, LOG_TAIL.most);
	return runDetail(await runState(context, principal, input.run_id, lines), context.clock());
}

export function runDetail(state: RunState, now: number): RunDetail {
	const { run, packageName, creator, fire } = state.found;
	return {
		...runItem({ ...run, packageName, scheduleId: fire?.scheduleId ?? null }, now),
		stopped_at: run.status === 'stopped' ? iso(run.endedAt) : null,
		creator,
		payload_rows: run.payloadRows,
		attempt: run.attempt,
		retry_of: run.retryOf,
		parent_run_id: run.parentRunId,
		priority: priorityOf(run.priority),
		schedule_name: fire?.name ?? null,
		variables: run.variables,
		dynamic_variables: run.dynamicVariables,
		outputs: [...state.outputs],
		components: [...state.components],
		...(state.tasks === null ? {} : { tasks: [...state.tasks] }),
		errors: [...state.failures],
		log_tail: state.log.map(logText),
		log_lines: state.logLines,
	};
}
