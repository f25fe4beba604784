import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterStatus } from '../../../src/model/cluster.ts';
import { liveOn, nextChange } from '../../../src/objects/cluster/life.ts';

const rests = { terminateOnIdle: false, timeToIdle: 1000 };
const ends = { terminateOnIdle: true, timeToIdle: 1000 };
const statuses = (step: ReturnType<typeof liveOn>) => step.through.map(({ status }) => status);

describe('a cluster', () => {
	test.each<ClusterStatus>(['pending', 'terminated', 'terminating', 'pending_terminate'])('that is %s starts when a run wants it, and says so', (status) => {
		expect(liveOn({ status, quietSince: 5 }, { kind: 'wanted', at: 9 }, ends)).toEqual({
			life: { status: 'available', quietSince: null },
			through: [
				{ status: 'creating', event: 'cluster.requested' },
				{ status: 'available', event: 'cluster.available' },
			],
		});
	});

	test('that is quiet for its time is idle, once', () => {
		const quiet = liveOn({ status: 'available', quietSince: null }, { kind: 'quiet', at: 100 }, rests);
		expect(quiet).toEqual({ life: { status: 'available', quietSince: 100 }, through: [] });
		expect(nextChange(quiet.life, rests)).toBe(1100);
		expect(liveOn(quiet.life, { kind: 'quiet', at: 1099 }, rests).through).toEqual([]);
		const idle = liveOn(quiet.life, { kind: 'quiet', at: 1100 }, rests);
		expect(idle.through).toEqual([{ status: 'idle', event: 'cluster.idled' }]);
		expect(nextChange(idle.life, rests)).toBeNull();
		expect(liveOn(idle.life, { kind: 'quiet', at: 9999 }, rests).through).toEqual([]);
	});

	test('that ends when it is idle goes through every status', () => {
		const step = liveOn({ status: 'available', quietSince: 100 }, { kind: 'quiet', at: 1100 }, ends);
		expect(statuses(step)).toEqual(['idle', 'terminating', 'terminated']);
		expect(nextChange(step.life, ends)).toBeNull();
	});

	test('whose runs cannot be begun has a fault, until one can', () => {
		const faulted = liveOn({ status: 'available', quietSince: null }, { kind: 'faulted', at: 1 }, rests);
		expect(faulted.through).toEqual([{ status: 'error', event: 'cluster.error' }]);
		expect(liveOn(faulted.life, { kind: 'faulted', at: 2 }, rests).through).toEqual([]);
		expect(statuses(liveOn(faulted.life, { kind: 'wanted', at: 3 }, rests))).toEqual(['available']);
	});
});

test('whatever happens to a cluster, a run that wants it finds it available, and quiet never ends one that does not rest', () => {
	const event = fc.record({ kind: fc.constantFrom('wanted', 'quiet', 'faulted'), wait: fc.integer({ min: 0, max: 3000 }) });
	fc.assert(
		fc.property(fc.array(event, { maxLength: 30 }), fc.boolean(), (events, terminateOnIdle) => {
			let life = { status: 'pending' as ClusterStatus, quietSince: null as number | null };
			let at = 0;
			for (const { kind, wait } of events) {
				at += wait;
				life = liveOn(life, { kind, at }, { terminateOnIdle, timeToIdle: 1000 }).life;
				if (kind === 'wanted') expect(life).toEqual({ status: 'available', quietSince: null });
				if (!terminateOnIdle) expect(life.status).not.toBe('terminated');
			}
		}),
	);
});
