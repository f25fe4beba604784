import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { AppError } from '../../lib/errors.ts';
import { ENDED } from '../../model/run.ts';
import type { RunDetail } from '../../model/views/run.ts';
import { getRun } from '../../operations/runs/get.ts';
import type { TaskView } from '../../operations/tasks/ports.ts';
import { dispatch } from '../dispatch.ts';
import type { Exchange } from '../exchange.ts';
import { keepRest } from '../keep-rest.ts';
import { anyTool, refusal } from '../policy/visible.ts';
import { answer } from '../result.ts';
import { shapeAnswer } from '../shape-answer.ts';
import { cancelJob } from '../tools/runs/cancel-job.ts';
import { runAnswer } from '../tools/runs/started.ts';
import type { RunTask } from './run-task.ts';

/** A run as the task that it is; null where whoever asks may not call its tool, or not read the run, any more. */
export async function lookAtRun({ runId, tool: name, createdAt }: RunTask, exchange: Exchange): Promise<TaskView | null> {
	const { operations, principal, log } = exchange;
	const tool = await anyTool(name, principal, operations);
	if (tool === undefined || refusal(tool, principal) !== null) return null;
	const run = await getRun(operations, principal, { run_id: runId, log_tail_lines: 0 }).catch((error: unknown) => {
		if (error instanceof AppError && error.code === 'not_found') return null;
		throw error;
	});
	if (run === null) return null;
	const told = { statusMessage: `${run.status}, ${rowsOf(run)} rows`, createdAt, updatedAt: lastChange(run, createdAt, operations.clock()), ttlMs: null };
	if (!ENDED.has(run.status)) return { ...told, status: 'working' };
	if (run.status === 'stopped') return { ...told, status: 'cancelled' };
	// A run that failed is what its tool tells of it, as in an answer that waited for the end.
	const unshaped = (error: unknown): void => log.error('an answer could not be shaped', { error: String(error) });
	return { ...told, status: 'completed', result: await answer(tool, shapeAnswer(tool, runAnswer(run), unshaped), {}, keepRest(exchange)) };
}

/** Through the same dispatch as any call: scopes and permissions hold, and it is recorded. */
export async function cancelRunTask({ runId }: RunTask, exchange: Exchange): Promise<void> {
	const call = { name: cancelJob.name, arguments: { run_id: runId } };
	const result = await dispatch(call, { ...exchange, signal: new AbortController().signal, notify: null });
	if (result.isError !== true) return;
	const [first] = result.content;
	throw new ProtocolError(ProtocolErrorCode.InvalidParams, first?.type === 'text' ? first.text : 'The task could not be cancelled.');
}

function rowsOf({ components }: RunDetail): number {
	return Math.max(0, ...components.map((component) => component.rows_out));
}

function lastChange(run: RunDetail, createdAt: number, now: number): number {
	if (!ENDED.has(run.status)) return now;
	const ended = run.completed_at ?? run.failed_at ?? run.stopped_at;
	return ended === null ? createdAt : Date.parse(ended);
}
