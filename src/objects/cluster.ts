import { DurableObject } from 'cloudflare:workers';
import { describeFault, logger } from '../lib/log.ts';
import { MINUTE } from '../lib/time.ts';
import type { ClusterHandle, RunHandle } from '../operations/runs/ports.ts';
import { clusterNodes } from './cluster/environment.ts';
import { LEASE_MS, type LeasedRun, Leases } from './cluster/leases.ts';
import { stub } from './operations.ts';
import { durableStorage } from './run/storage.ts';

/** While runs wait without a slot being taken, the size of the cluster is asked again this often. */
const LOOK_AGAIN = MINUTE;

/** One cluster: at most `nodes` runs at a time, the others in a queue. Leases that are not renewed are given to the next. */
export class ClusterObject extends DurableObject<Env> implements ClusterHandle {
	readonly #leases = new Leases(durableStorage(this.ctx.storage));

	async enqueue(run: { readonly runId: number; readonly priority: number }): Promise<{ readonly queuedBehind: number }> {
		this.#leases.enqueue(run.runId, run.priority);
		await this.#grant();
		return { queuedBehind: this.#leases.isRunning(run.runId) ? 0 : this.#leases.enqueue(run.runId, run.priority) };
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

	/** Reconciles: who did not renew may be gone. It is asked, and put behind the others where it still wants to run. */
	override async alarm(): Promise<void> {
		try {
			for (const runId of this.#leases.expired(Date.now())) await this.#reconcile(runId);
			await this.#grant();
		} catch (error) {
			logger({ object: 'cluster', name: this.ctx.id.name }).error('reconciling failed', { error: describeFault(error) });
			await this.ctx.storage.setAlarm(Date.now() + LOOK_AGAIN);
		}
	}

	async #reconcile(runId: number): Promise<void> {
		const snapshot = await this.#run(runId).snapshot(0);
		const over = snapshot === null || snapshot.endedAt !== null;
		if (over) this.#leases.remove(runId);
		else this.#leases.requeue(runId);
	}

	/** Fills free slots, tells the runs, and arms the alarm for the first lease that ends. */
	async #grant(): Promise<void> {
		const nodes = await clusterNodes(this.env, this.ctx.id.name);
		const granted = this.#leases.grant(nodes, Date.now() + LEASE_MS);
		await Promise.all(granted.map((lease) => this.#begin(lease)));
		const next = this.#leases.nextExpiry() ?? (this.#leases.queued() > 0 ? Date.now() + LOOK_AGAIN : null);
		if (next === null) await this.ctx.storage.deleteAlarm();
		else await this.ctx.storage.setAlarm(next);
	}

	/** A run that cannot be told keeps its lease until it ends: then it is asked again. */
	async #begin({ runId, until }: LeasedRun): Promise<void> {
		try {
			await this.#run(runId).begin({ until });
		} catch (error) {
			logger({ object: 'cluster', name: this.ctx.id.name }).warn('a run could not be begun', {
				run: runId,
				error: describeFault(error),
			});
		}
	}

	#run(runId: number): RunHandle {
		return stub<RunHandle>(this.env.RUNS, `run:${runId}`);
	}
}
