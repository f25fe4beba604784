import type { Principal } from '../../model/principal.ts';
import { ENDED } from '../../model/run.ts';
import type { RunDetail } from '../../model/views/run.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import { LOG_TAIL, runDetail } from './get.ts';
import { type RunState, runState } from './state.ts';

export interface WaitForRunInput {
	readonly run_id: number;
	/** Most 50: many clients give a call up after 60. 0 looks once. */
	readonly wait_seconds: number;
	readonly log_tail_lines?: number | undefined;
}

export interface WaitWatch {
	/** Ends the waiting (never the run). */
	readonly signal?: AbortSignal;
	/** Told at each look that saw something new. */
	readonly onProgress?: (run: { readonly status: string; readonly progress: number; readonly rows: number }) => void;
}

/** The first looks are close together, because small runs end in a fraction of a second; then once a second. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** The run once it ended, or as it is when the time is over. */
export async function waitForRun(context: OperationContext, principal: Principal, input: WaitForRunInput, watch: WaitWatch = {}): Promise<RunDetail> {
	const lines = within('log_tail_lines', input.log_tail_lines ?? LOG_TAIL.normal, 0, LOG_TAIL.most);
	const until = context.clock() + within('wait_seconds', input.wait_seconds, 0, 50) * 1000;
	let told = '';
	for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
		const state = await runState(context, principal, input.run_id, lines);
		told = tell(state, told, watch);
		const left = until - context.clock();
		if (ENDED.has(state.found.run.status) || left <= 0 || watch.signal?.aborted === true) return runDetail(state, context.clock());
		await sleep(Math.min(pause, left), watch.signal);
	}
}

/** Rows are those that sources gave: what everything else is made of. */
function tell(state: RunState, before: string, { onProgress }: WaitWatch): string {
	const { status, progress } = state.found.run;
	const rows = Math.max(0, ...state.components.map((component) => component.rows_out));
	const seen = `${status} ${progress} ${rows}`;
	if (seen !== before) onProgress?.({ status, progress, rows });
	return seen;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(done, milliseconds);
		function done() {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		}
		signal?.addEventListener('abort', done);
	});
}
