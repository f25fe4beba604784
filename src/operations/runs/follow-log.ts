import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import { ENDED, type RunStatus } from '../../model/run.ts';
import { type RunWithNames, runById } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { listen } from '../notices/listen.ts';
import { presentPrincipal } from '../tokens/present-principal.ts';
import { requireRunRight } from './access.ts';
import { archivedLines } from './archived-lines.ts';
import type { LogLine } from './ports.ts';

/** What a reader of a log is given, in order. */
export type LogEvent =
	/** Lines `from`, `from + 1` …, secrets blanked. */
	| { readonly kind: 'lines'; readonly from: number; readonly lines: readonly LogLine[] }
	| { readonly kind: 'status'; readonly status: RunStatus }
	/** Nothing happened for a while. */
	| { readonly kind: 'quiet' }
	/** The run has ended and every line was given. */
	| { readonly kind: 'ended'; readonly status: RunStatus; readonly lines: number };

/** How long nothing is said; also when the run is looked at though nobody told of it, should a notice be lost. */
const QUIET = 15_000;
/** Lines of an archived log that are given at a time. */
const LINES_AT_A_TIME = 1000;

/** The log of one run, for somebody who may read it. */
export interface OpenLog {
	/** The lines behind `after` that there are now, then `status` or `ended`. */
	read(after: number): AsyncGenerator<LogEvent>;
	/**
	 * The same, and then what follows until the run ends, the signal is aborted or the grant or the right is no more. It costs nothing while
	 * nothing happens: the account's notices say when there is something to fetch from the run's object, at most once a second.
	 */
	follow(after: number, signal: AbortSignal): AsyncGenerator<LogEvent>;
}

/** Throws `not_found` for a run that this principal may not see, `forbidden` without the right to debug it. */
export async function openLog(context: OperationContext, principal: Principal, runId: number): Promise<OpenLog> {
	const { run } = await foundRun(context, principal, runId);
	await requireRunRight(context, principal, run, 'debug');
	const read = (after: number) => readLog(context, principal, runId, after);
	const stands = () => mayStillRead(context, principal, run);
	return { read, follow: (after, signal) => followLog(context, principal.account.id, { runId, after, read, stands }, signal) };
}

/** Followed for hours, a log outlasts the rights that opened it: grant, membership and permissions count as they are now, and so does the role. */
async function mayStillRead(context: OperationContext, opener: Principal, run: RunWithNames['run']): Promise<boolean> {
	const principal = await presentPrincipal(context, opener);
	if (principal === null) return false;
	try {
		await requireRunRight(context, principal, run, 'debug');
		return true;
	} catch (error) {
		if (error instanceof AppError && (error.code === 'forbidden' || error.code === 'not_found')) return false;
		throw error;
	}
}

async function foundRun({ store }: OperationContext, { account }: Principal, runId: number): Promise<RunWithNames> {
	const found = await runById(store, account.id, runId);
	if (found === null) throw notFound('run', runId);
	return found;
}

async function* readLog(context: OperationContext, principal: Principal, runId: number, after: number): AsyncGenerator<LogEvent> {
	let at = after;
	for (;;) {
		const page = await context.runs(runId).log(at);
		if (page === null) return yield* readStored(context, principal, runId, at);
		if (page.lines.length > 0) yield { kind: 'lines', from: at + 1, lines: page.lines };
		else return yield standing(page.status, at);
		at += page.lines.length;
	}
}

/** After the run's object has given everything away. The index is asked anew: it may have happened a moment ago. */
async function* readStored(context: OperationContext, principal: Principal, runId: number, after: number): AsyncGenerator<LogEvent> {
	const { run } = await foundRun(context, principal, runId);
	let at = after;
	let lines: LogLine[] = [];
	for await (const { index, text } of run.logKey === null ? [] : archivedLines(context, run.logKey, { line: 0, byte: 0 })) {
		if (index <= after) continue;
		lines.push(JSON.parse(text) as LogLine);
		if (lines.length < LINES_AT_A_TIME) continue;
		yield { kind: 'lines', from: at + 1, lines };
		at += lines.length;
		lines = [];
	}
	if (lines.length > 0) yield { kind: 'lines', from: at + 1, lines };
	yield standing(run.status, at + lines.length);
}

function standing(status: RunStatus, lines: number): LogEvent {
	return ENDED.has(status) ? { kind: 'ended', status, lines } : { kind: 'status', status };
}

interface Followed {
	readonly runId: number;
	readonly after: number;
	read(after: number): AsyncGenerator<LogEvent>;
	/** Whether it may still be read. */
	stands(): Promise<boolean>;
}

async function* followLog(
	context: OperationContext,
	accountId: number,
	{ runId, after, read, stands }: Followed,
	signal: AbortSignal,
): AsyncGenerator<LogEvent> {
	const bell = new Bell(signal);
	const ears = await listen(context, accountId, [`run:${runId}`], bell.ring, bell.ring);
	try {
		let at = after;
		let told: RunStatus | null = null;
		let said = context.clock();
		while (!signal.aborted) {
			bell.reset();
			for await (const event of read(at)) {
				if (event.kind === 'lines') at += event.lines.length;
				if (event.kind !== 'status' || event.status !== told) {
					yield event;
					said = context.clock();
				}
				if (event.kind === 'ended') return;
				if (event.kind === 'status') told = event.status;
			}
			// A run that goes on without a line is quiet too, however often it is told of.
			await bell.rings(said + QUIET - context.clock());
			if (signal.aborted || !(await stands())) return;
			if (context.clock() - said < QUIET) continue;
			yield { kind: 'quiet' };
			said = context.clock();
		}
	} finally {
		ears.stop();
	}
}

/** Wakes whoever waits for it; one that rang since it was reset is not waited for. */
class Bell {
	#rung = Promise.withResolvers<void>();
	readonly ring = (): void => this.#rung.resolve();

	constructor(signal: AbortSignal) {
		signal.addEventListener('abort', this.ring, { once: true });
	}

	reset(): void {
		this.#rung = Promise.withResolvers<void>();
	}

	/** Waits until it rings, at most so many milliseconds. */
	async rings(within: number): Promise<void> {
		const timer = setTimeout(this.ring, Math.max(0, within));
		await this.#rung.promise;
		clearTimeout(timer);
	}
}
