import type { ClusterStatus } from '../../model/cluster.ts';
import type { HookEvent } from '../../model/hook.ts';

/** What a cluster's status depends on. */
export interface ClusterLife {
	readonly status: ClusterStatus;
	/** Since when nothing runs or waits; null while something does. */
	readonly quietSince: number | null;
}

export interface ClusterSettings {
	readonly terminateOnIdle: boolean;
	/** Milliseconds; infinite where it never rests. */
	readonly timeToIdle: number;
}

export type LifeEvent =
	/** A run asks for a slot. */
	| { readonly kind: 'wanted'; readonly at: number }
	/** Nothing runs and nothing waits. */
	| { readonly kind: 'quiet'; readonly at: number }
	/** A run could not be begun. */
	| { readonly kind: 'faulted'; readonly at: number };

export interface LifeStep {
	readonly life: ClusterLife;
	/** The statuses it goes through, in order, with what hooks are told of each. */
	readonly through: readonly { readonly status: ClusterStatus; readonly event: HookEvent | null }[];
}

const GONE: ReadonlySet<ClusterStatus> = new Set(['pending', 'pending_terminate', 'terminating', 'terminated']);

/**
 * The life of a cluster as a pure function. Compute at the edge is there when it is asked for: a cluster that was terminated starts
 * again when a run wants it, and what "creating" stands for is done at once.
 */
export function liveOn(life: ClusterLife, event: LifeEvent, { terminateOnIdle, timeToIdle }: ClusterSettings): LifeStep {
	switch (event.kind) {
		case 'wanted': {
			const up = { status: 'available', event: 'cluster.available' } as const;
			if (GONE.has(life.status)) return step(null, [{ status: 'creating', event: 'cluster.requested' }, up]);
			if (life.status === 'available') return { life: { ...life, quietSince: null }, through: [] };
			return step(null, [up]);
		}
		case 'faulted':
			return life.status === 'error' ? { life, through: [] } : step(life.quietSince, [{ status: 'error', event: 'cluster.error' }]);
		case 'quiet': {
			if (life.status !== 'available' && life.status !== 'idle') return { life, through: [] };
			const since = life.quietSince ?? event.at;
			if (life.status === 'idle' && !terminateOnIdle) return { life: { ...life, quietSince: since }, through: [] };
			if (event.at < since + timeToIdle) return { life: { ...life, quietSince: since }, through: [] };
			const idle = { status: 'idle', event: 'cluster.idled' } as const;
			const down = [
				{ status: 'terminating', event: null },
				{ status: 'terminated', event: 'cluster.terminated' },
			] as const;
			return step(since, [...(life.status === 'idle' ? [] : [idle]), ...(terminateOnIdle ? down : [])]);
		}
	}
}

/** When quiet alone changes it next; null: never. */
export function nextChange({ status, quietSince }: ClusterLife, { terminateOnIdle, timeToIdle }: ClusterSettings): number | null {
	if (quietSince === null || timeToIdle === Number.POSITIVE_INFINITY) return null;
	return status === 'available' || (status === 'idle' && terminateOnIdle) ? quietSince + timeToIdle : null;
}

function step(quietSince: number | null, through: LifeStep['through']): LifeStep {
	const last = through.at(-1);
	if (last === undefined) throw new Error('a step leads nowhere');
	return { life: { status: last.status, quietSince }, through };
}
