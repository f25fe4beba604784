import { DurableObject } from 'cloudflare:workers';
import { describeFault, logger } from '../lib/log.ts';
import { MINUTE } from '../lib/time.ts';
import type { ClusterHandle, RunHandle } from '../operations/runs/ports.ts';
import { Diary } from './cluster/diary.ts';
import { knownCluster, report } from './cluster/environment.ts';
import { LEASE_MS, type LeasedRun, Leases } from './cluster/leases.ts';
import { nextChange } from './cluster/life.ts';
import { objectOperations, stub } from './operations.ts';
import { durableStorage } from './run/storage.ts';

/** While runs wait without a slot being taken, the size of the cluster is asked again this often. */
const LOOK_AGAIN = MINUTE;

/**
 * One cluster: at most `nodes` runs at a time, the others in a queue. Leases that are not renewed are given to the next. Its status
 * follows from what it does (`cluster/life.ts`) and is told to the index and the hooks in order.
 */
export class ClusterObject extends DurableObject<Env> implements ClusterHandle {
	readonly #storage = durableStorage(this.ctx.storage);
	readonly #leases = new Leases(this.#storage);
	readonly #diary = new Diary(this.#storage);
	readonly #log = logger({ object: 'cluster', name: this.ctx.id.name });
	readonly #context = objectOperations(this.env, this.#log);

	async enqueue(run: { readonly runId: number; readonly priority: number }): Promise<{ readonly queuedBehind: number }> {
		this.#leases.enqueue(run.runId, run.priority, Date.now());
		await this.#grant();
		return { queuedBehind: this.#leases.isRunning(run.runId) ? 0 : this.#leases.enqueue(run.runId, run.priority, Date.now()) };
	}

	async renew(runId: number): Promise<boolean> {
		return this.#leases.renew(runId, Date.now() + LEASE_MS);
	}

	async release(runId: number): Promise<void> {
		this.#leases.remove(runId);
		await this.#grant();
	}

	async withdraw(runId: number): Promise<boolean> {
		if (this.#leases.isRunning(runId)) return false;
		this.#leases.remove(runId);
		return true;
	}

	async load(): Promise<{ readonly running: number; readonly queued: number }> {
		return { running: this.#leases.running(), queued: this.#leases.queued() };
	}

	async look(): Promise<void> {
		await this.#grant();
	}

	/** Reconciles: who did not renew may be gone, or have lost the news that it has a slot. It is asked. */
	override async alarm(): Promise<void> {
		try {
			for (const runId of this.#leases.expired(Date.now())) await this.#reconcile(runId);
			await this.#grant();
		} catch (error) {
			this.#log.error('reconciling failed', { error: describeFault(error) });
			await this.ctx.storage.setAlarm(Date.now() + LOOK_AGAIN);
		}
	}

	async #reconcile(runId: number): Promise<void> {
		const snapshot = await this.#run(runId).snapshot(0);
		if (snapshot === null || snapshot.endedAt !== null) this.#leases.remove(runId);
		else if (snapshot.status === 'queued' || snapshot.status === 'pending') this.#leases.requeue(runId);
		// It is at work, or goes on at its alarm, which being asked has set: a slow system may hold up a slice for longer than a lease.
		else await this.renew(runId);
	}

	/** Fills free slots, tells the runs, and arms the alarm for what comes first: the end of a lease, of quiet, or news to be told again. */
	async #grant(): Promise<void> {
		const known = await knownCluster(this.#context, this.ctx.id.name);
		const now = Date.now();
		const granted = this.#leases.grant(known.nodes, now + LEASE_MS);
		const busy = this.#leases.running() + this.#leases.queued() > 0;
		let life = this.#diary.note({ kind: busy ? 'wanted' : 'quiet', at: now }, known);
		const begun = await Promise.all(granted.map((lease) => this.#begin(lease)));
		if (begun.includes(false)) life = this.#diary.note({ kind: 'faulted', at: now }, known);
		const waiting = this.#leases.nextExpiry() ?? (this.#leases.queued() > 0 ? now + LOOK_AGAIN : null);
		const told = await this.#tell();
		const moments = [waiting, nextChange(life, known), told ? null : now + LOOK_AGAIN].filter((moment) => moment !== null);
		if (moments.length === 0) await this.ctx.storage.deleteAlarm();
		else await this.ctx.storage.setAlarm(Math.min(...moments));
	}

	/** In order; what cannot be told is told later, and nobody's run waits for it. */
	async #tell(): Promise<boolean> {
		try {
			for (const news of this.#diary.news()) {
				await report(this.#context, this.ctx.id.name, news);
				this.#diary.told(news.turn);
			}
			return true;
		} catch (error) {
			this.#log.warn('a status could not be told', { error: describeFault(error) });
			return false;
		}
	}

	/** A run that cannot be told keeps its lease until it ends: then it is asked again. */
	async #begin({ runId, until }: LeasedRun): Promise<boolean> {
		try {
			await this.#run(runId).begin({ until });
			return true;
		} catch (error) {
			this.#log.warn('a run could not be begun', { run: runId, error: describeFault(error) });
			return false;
		}
	}

	#run(runId: number): RunHandle {
		return stub<RunHandle>(this.env.RUNS, `run:${runId}`);
	}
}
