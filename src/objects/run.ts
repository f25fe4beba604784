import { DurableObject } from 'cloudflare:workers';
import { isWorkflow, settingsOf } from '../engine/run-spec.ts';
import type { RunEffect } from '../engine/run-state.ts';
import { describeFault, logger } from '../lib/log.ts';
import { MINUTE } from '../lib/time.ts';
import type { RunStatus } from '../model/run.ts';
import type { RunHandle, RunLogPage, RunOrder, RunSnapshot } from '../operations/runs/ports.ts';
import { runEnvironment } from './run/environment.ts';
import { RunLog } from './run/log.ts';
import { RunNews } from './run/news.ts';
import { RunRecord } from './run/record.ts';
import { durableStorage } from './run/storage.ts';
import { RunTurns } from './run/turns.ts';

/** One run. Loads, applies, persists, performs effects and arms the alarm; what happens when is `engine/run-state.ts`. */
export class RunObject extends DurableObject<Env> implements RunHandle {
	readonly #environment = runEnvironment(this.env);
	readonly #storage = durableStorage(this.ctx.storage);
	readonly #record = new RunRecord(this.#storage);
	readonly #log = new RunLog(this.#storage);
	readonly #news = new RunNews(() => this.#announce(), Date.now);
	/** Safe to lose: what it holds open is opened again on the last checkpoint. */
	readonly #turns = new RunTurns({
		storage: this.#storage,
		record: this.#record,
		log: this.#log,
		environment: this.#environment,
		news: this.#news,
		clock: Date.now,
	});

	/** Whether an alarm is at work, and whether somebody woke the run meanwhile. Losing them costs a look that comes a little later. */
	#atWork = false;
	#woken = false;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		ctx.blockConcurrencyWhile(() => this.#record.open((sealed) => this.#environment.unseal(sealed)));
	}

	async prepare(order: RunOrder): Promise<void> {
		const sealed = await this.#environment.seal(order);
		const { timeoutMinutes } = settingsOf(order.spec);
		this.#storage.transaction(() => {
			this.#record.create();
			this.#log.create();
			this.#record.keepOrder(order, sealed);
		});
		await this.#lookSoon();
		await this.#perform(this.#record.apply({ kind: 'prepared', at: Date.now(), timeoutMs: timeoutMinutes === null ? null : timeoutMinutes * MINUTE }));
		if (isWorkflow(order.spec)) await this.#perform(this.#record.apply({ kind: 'lease_granted', at: Date.now(), until: Number.MAX_SAFE_INTEGER }));
	}

	async begin(lease: { readonly until: number }): Promise<void> {
		const order = this.#record.order();
		if (order === null) return;
		// A workflow works without a slot: while it waited for children in one, they might wait for that very slot.
		if (isWorkflow(order.spec)) return this.#environment.cluster(order.clusterId).release(order.spec.runId);
		await this.#perform(this.#record.apply({ kind: 'lease_granted', at: Date.now(), until: lease.until }));
	}

	async cancel(): Promise<RunStatus> {
		if (this.#record.order() === null) return 'stopped';
		const at = Date.now();
		const asked = () => this.#log.append({ at, level: 'info', component: null, message: 'asked to stop' });
		const effects = this.#record.apply({ kind: 'cancel_requested', at }, asked);
		this.#turns.halt();
		await this.#perform(effects);
		this.#news.tell(true);
		return this.#record.state().status;
	}

	async wake(): Promise<void> {
		if (this.#record.order() === null) return;
		await this.#lookSoon();
	}

	async snapshot(logLines: number): Promise<RunSnapshot | null> {
		if (this.#record.order() === null) return null;
		this.#news.wanted();
		await this.#rearm();
		const { status, startedAt, endedAt } = this.#record.state();
		const { errorClasses: _, remains: __, ...report } = this.#record.report();
		return { status, startedAt, endedAt, ...report, log: this.#log.tail(logLines), logLines: this.#log.count() };
	}

	async log(after: number): Promise<RunLogPage | null> {
		if (this.#record.order() === null) return null;
		this.#news.wanted();
		return { status: this.#record.state().status, lines: this.#log.after(after) };
	}

	/** Never throws: after six failures the platform would give the alarm, and with it the run, up. */
	override async alarm(): Promise<void> {
		this.#atWork = true;
		this.#woken = false;
		try {
			const next = await this.#turns.next();
			if (next === 'archived') {
				await this.ctx.storage.deleteAlarm();
				await this.ctx.storage.deleteAll();
				return;
			}
			const at = this.#woken ? Date.now() : next;
			if (at !== null) await this.ctx.storage.setAlarm(at);
		} catch (error) {
			// Not even the fault could be noted: the storage itself is at fault, and may be well again later.
			logger({ object: 'run', name: this.ctx.id.name }).error('an alarm failed', { error: describeFault(error) });
			await this.ctx.storage.setAlarm(Date.now() + MINUTE);
		} finally {
			this.#atWork = false;
		}
	}

	/** An alarm at work would put its own next one over this one, unless it knows. */
	async #lookSoon(): Promise<void> {
		this.#woken = true;
		await this.ctx.storage.setAlarm(Date.now());
	}

	/** An alarm that the platform gave up, or that was lost otherwise, is set again by whoever looks: the cluster does when a lease ends. */
	async #rearm(): Promise<void> {
		const waits = ['pending', 'queued'].includes(this.#record.state().status) && !this.#record.chores().reportSubmission;
		if (waits || this.#atWork || (await this.ctx.storage.getAlarm()) !== null) return;
		await this.ctx.storage.setAlarm(Date.now());
	}

	async #announce(): Promise<number> {
		const order = this.#record.order();
		return order === null ? 0 : this.#environment.announce(order);
	}

	/** The alarm first: everything else may fail and is then made good by the cluster's reconciling. */
	async #perform(effects: readonly RunEffect[]): Promise<void> {
		const order = this.#record.order();
		if (order === null || effects.length === 0) return;
		if (effects.includes('report_started')) this.#record.keepChores({ reportStart: true });
		if (effects.some((effect) => effect === 'work' || effect === 'abort' || effect === 'close')) await this.#lookSoon();
		const cluster = this.#environment.cluster(order.clusterId);
		try {
			if (effects.includes('withdraw')) await cluster.withdraw(order.spec.runId);
			if (effects.includes('release')) await cluster.release(order.spec.runId);
		} catch (error) {
			logger({ object: 'run', run: order.spec.runId }).warn('the cluster did not answer', { error: describeFault(error) });
		}
	}
}
