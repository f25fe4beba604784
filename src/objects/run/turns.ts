import type { ComponentFailure, RunStorage, SliceOutcome } from '../../engine/ports.ts';
import { isWorkflow } from '../../engine/run-spec.ts';
import { hasEnded } from '../../engine/run-state.ts';
import { AppError } from '../../lib/errors.ts';
import { describeFault, logger } from '../../lib/log.ts';
import { type Clock, MINUTE } from '../../lib/time.ts';
import type { RunOrder } from '../../operations/runs/ports.ts';
import { LEASE_MS } from '../cluster/leases.ts';
import { close, reportBeginning } from './closing.ts';
import type { RunEnvironment } from './environment.ts';
import type { RunLog } from './log.ts';
import type { RunNews } from './news.ts';
import type { RunRecord } from './record.ts';
import { whileWatching } from './watch.ts';
import { gaveUp, openWork, timedOut, type Work } from './work.ts';

/** Slices in one alarm: between two of them a cancel is seen and the lease is looked at. */
const SLICES = 4;
const PROGRESS_EVERY = 2000;
/** While a slice waits for another system, time and slot are looked at so often. */
const LOOK_EVERY = 5000;
/** So long a clean-up may wait for a system before it is given up; staging that stays is swept later. */
const CLEAN_UP_PATIENCE = 30_000;
/** A pause up to this is spent in the alarm at hand: many APIs ask for a few requests a second. */
const SHORT_PAUSE = 1000;
const LONGEST_PAUSE = 5 * MINUTE;
/** A run whose slices themselves break (not a system it talks to) so often in a row has failed. */
const MOST_FAULTS = 8;

const STOPPED = {
	dataflow: 'the run was stopped; destinations that had not been committed are as they were',
	workflow: 'the run was stopped; what its finished tasks did stays done',
} as const;

export interface TurnParts {
	readonly storage: RunStorage;
	readonly record: RunRecord;
	readonly log: RunLog;
	readonly environment: RunEnvironment;
	readonly news: RunNews;
	readonly clock: Clock;
}

/** What a run does when its alarm goes: some slices, or some of its closing. */
export class RunTurns {
	readonly #parts: TurnParts;
	#work: Work | null = null;
	/** Losing it sends one report too many. */
	#reportedAt = 0;
	/** A slice is at work. What comes behind one, the clean-up above all, is not to be ended. */
	#inSlice = false;
	/** It is to end. Losing it costs nothing: the state says the same before the next slice. */
	#halted = false;

	constructor(parts: TurnParts) {
		this.#parts = parts;
	}

	/** Ends the slice at work, where there is one, at its next step, and what that step waits for. */
	halt(): void {
		if (!this.#inSlice) return;
		this.#halted = true;
		this.#parts.environment.interrupt();
	}

	/** Never throws. Gives when to go on; null: when somebody asks; `archived`: never, the storage can go. */
	async next(): Promise<number | null | 'archived'> {
		const order = this.#parts.record.order();
		if (order === null) return null;
		try {
			await this.#report(order);
			const next = await this.#turn(order);
			// One that waits for its turn is asked by nobody: what could not be told is tried again.
			return next ?? (this.#parts.record.chores().reportSubmission ? this.#parts.clock() + MINUTE : null);
		} catch (error) {
			return this.#pauseAfter(error, order);
		}
	}

	async #turn(order: RunOrder): Promise<number | null | 'archived'> {
		const { record, environment, clock } = this.#parts;
		for (let slice = 0; slice < SLICES && !hasEnded(record.state()); slice++) {
			if (!(await this.#holdsLease(order))) return null;
			const effects = record.apply({ kind: 'checkpoint', at: clock() });
			if (effects.includes('abort')) {
				const again = await this.#abort(order);
				if (again !== null) return again;
			} else if (!effects.includes('work')) return null;
			else {
				const outcome = await this.#slice(order);
				const pause = outcome.state === 'waiting' && !this.#halted ? outcome.resumeAt - clock() : 0;
				this.#parts.news.tell(pause > SHORT_PAUSE);
				if (pause > SHORT_PAUSE) return clock() + Math.min(pause, this.#longestPause(order));
				if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
			}
		}
		if (!hasEnded(record.state())) return clock();
		await close({ order, ...this.#parts });
		this.#work = null;
		await environment.close();
		return 'archived';
	}

	/** The index and the hooks learn of submission and start when they can; the run does not wait for it, but is not closed before. */
	async #report(order: RunOrder): Promise<void> {
		try {
			const begins = this.#parts.record.chores().reportStart;
			await reportBeginning({ order, ...this.#parts });
			if (begins) this.#parts.news.tell(true);
		} catch (error) {
			this.#warn(order, 'its beginning could not be reported', error);
		}
	}

	async #slice(order: RunOrder): Promise<SliceOutcome> {
		const { storage, record, environment, clock } = this.#parts;
		const { work, outcome } = await this.#haltable(order);
		const report = work.report(outcome);
		const at = clock();
		storage.transaction(() => {
			record.keepReport(report);
			if (record.chores().faults > 0) record.keepChores({ faults: 0 });
		});
		if (outcome.state === 'completed' || outcome.state === 'failed') {
			const level = outcome.state === 'failed' ? 'error' : 'info';
			record.apply({ kind: outcome.state, at }, () => this.#say(level, `the run has ${outcome.state}`));
		} else if (at - this.#reportedAt >= PROGRESS_EVERY) {
			this.#reportedAt = at;
			const { status } = record.state();
			// An index that is away misses a number that the next one replaces.
			await environment.journal.runProgress({ runId: order.spec.runId, status, progress: report.progress, at }).catch(() => {});
		}
		return outcome;
	}

	async #haltable(order: RunOrder): Promise<{ readonly work: Work; readonly outcome: SliceOutcome }> {
		this.#halted = false;
		this.#inSlice = true;
		try {
			const work = await this.#opened(order);
			return { work, outcome: await whileWatching(work.slice(), LOOK_EVERY, () => this.#look(order)) };
		} finally {
			this.#inSlice = false;
		}
	}

	/** A run that waits for another system is held to its time and its slot meanwhile. */
	async #look(order: RunOrder): Promise<void> {
		const { status, deadline } = this.#parts.record.state();
		const late = status === 'running' && deadline !== null && this.#parts.clock() >= deadline;
		if (this.#halted || late || !(await this.#holdsLease(order))) this.halt();
	}

	/** Not longer than the lease allows: it is renewed on the way. A workflow has none, but may run out of time. */
	#longestPause({ spec }: RunOrder): number {
		if (!isWorkflow(spec)) return LEASE_MS / 2;
		const { deadline } = this.#parts.record.state();
		return deadline === null ? Number.POSITIVE_INFINITY : Math.max(0, deadline - this.#parts.clock());
	}

	/** Gives when to ask again; null once everything is as it was. */
	async #abort(order: RunOrder): Promise<number | null> {
		const { record, log, environment, clock } = this.#parts;
		const work = await this.#opened(order);
		const again = await whileWatching(work.abort(), CLEAN_UP_PATIENCE, async () => environment.interrupt());
		if (again !== null) {
			record.keepReport({ ...record.report(), ...work.report(null) });
			return again;
		}
		const late = record.state().stoppingFor === 'timed_out';
		const outputs = work.committed();
		record.apply({ kind: 'aborted', at: clock() }, () => {
			const report = isWorkflow(order.spec) ? { ...record.report(), ...work.report(null) } : { ...record.report(), outputs };
			record.keepReport({ ...report, failures: late ? [timedOut(order), ...report.failures] : report.failures });
			this.#say(late ? 'error' : 'info', late ? 'the run took too long and was ended' : STOPPED[isWorkflow(order.spec) ? 'workflow' : 'dataflow']);
			for (const { name } of outputs)
				log.append({ at: clock(), level: 'warn', component: name, message: 'had been committed before and keeps what was written' });
		});
		return null;
	}

	/** Asks for more time before half of it is gone. Without a lease only a stop is carried out. */
	async #holdsLease(order: RunOrder): Promise<boolean> {
		const { record, environment, clock } = this.#parts;
		const { status, leaseUntil } = record.state();
		if (status !== 'running') return status !== 'queued';
		const now = clock();
		if (leaseUntil !== null && leaseUntil - now > LEASE_MS / 2) return true;
		const cluster = environment.cluster(order.clusterId);
		if (await cluster.renew(order.spec.runId)) {
			record.apply({ kind: 'lease_renewed', at: now, until: now + LEASE_MS });
			return true;
		}
		record.apply({ kind: 'lease_lost', at: now }, () => this.#say('warn', 'the slot was lost; the run waits for another'));
		await cluster.enqueue({ runId: order.spec.runId, priority: order.priority });
		return false;
	}

	async #opened(order: RunOrder): Promise<Work> {
		this.#work ??= await openWork(order, { ...this.#parts, halted: () => this.#halted });
		return this.#work;
	}

	/** Later and later, without end for what comes behind the run: its result must reach the index. */
	async #pauseAfter(error: unknown, order: RunOrder): Promise<number> {
		const { record, clock } = this.#parts;
		const faults = record.chores().faults + 1;
		record.keepChores({ faults });
		this.#warn(order, 'a turn failed', error);
		// What is wrong with the run itself stays wrong: only passing faults are worth another turn.
		const final = error instanceof AppError && !error.retryable;
		if ((final || faults >= MOST_FAULTS) && !hasEnded(record.state())) {
			await this.#work?.abort().catch(() => {});
			const failure = await this.#shown(gaveUp(order, error), order);
			record.apply({ kind: 'failed', at: clock() }, () => {
				record.keepReport({ ...record.report(), failures: [failure] });
				this.#say('error', 'the run could not go on');
			});
		}
		this.#work = null;
		return clock() + Math.min(LONGEST_PAUSE, 1000 * 2 ** (faults - 1));
	}

	/** Without knowing the secrets, a text that may repeat one is not shown. */
	async #shown(failure: ComponentFailure, order: RunOrder): Promise<ComponentFailure> {
		try {
			const redact = await this.#parts.environment.redactor(order);
			return { ...failure, message: redact(failure.message), hint: redact(failure.hint) };
		} catch {
			return gaveUp(order, null);
		}
	}

	#say(level: 'info' | 'warn' | 'error', message: string): void {
		const { log, clock } = this.#parts;
		log.append({ at: clock(), level, component: null, message });
	}

	#warn(order: RunOrder, what: string, error: unknown): void {
		logger({ object: 'run', run: order.spec.runId }).warn(what, { error: describeFault(error) });
	}
}
