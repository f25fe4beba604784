import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TableStore, TableWrite, TableWriter } from '../../../src/connectors/connector.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { MINUTE } from '../../../src/lib/time.ts';
import type { RunEnvironment } from '../../../src/objects/run/environment.ts';
import { RunLog } from '../../../src/objects/run/log.ts';
import { RunNews } from '../../../src/objects/run/news.ts';
import { RunRecord } from '../../../src/objects/run/record.ts';
import { RunTurns } from '../../../src/objects/run/turns.ts';
import type { ClusterHandle, RunEnding, RunJournal, RunOrder } from '../../../src/operations/runs/ports.ts';
import { aPlan, tableSink } from '../engine/support/plans.ts';
import { memoryStorage } from '../engine/support/run-storage.ts';
import { sourceOf } from '../engine/support/sources.ts';
import { MemoryTables } from '../engine/support/table-store.ts';

// The unit tests have a kernel already (test/support/use-kernel.ts); the runtime's own way to import one is not Node's.
vi.mock('../../../src/data/kernel/kernel.wasm', () => ({ default: undefined }));
vi.mock('../../../src/data/kernel/kernel.ts', async (original) => ({ ...(await original<object>()), useKernel: () => undefined }));

/** So long a destination takes to leave everything as it was. */
const CLEAN_UP = 10_000;

/** A database that never answers, until nobody waits for it any more. */
class HangingTables extends MemoryTables {
	interrupted = 0;
	cleanedUp = false;
	#end: (error: Error) => void = () => undefined;

	override readPage(): Promise<never> {
		return new Promise((_, reject) => {
			this.#end = reject;
		});
	}

	override writer(write: TableWrite): TableWriter {
		const abort = async () => {
			await new Promise((resolve, reject) => {
				this.#end = reject;
				setTimeout(resolve, CLEAN_UP);
			});
			this.cleanedUp = true;
			return false;
		};
		return { ...super.writer(write), abort };
	}

	override interrupt(): void {
		this.interrupted++;
		this.#end(new AppError('upstream', 'not waited for', { retryable: true, hint: '' }));
	}
}

async function aRun(options: { readonly timeoutMs?: number; readonly keepsSlot?: () => boolean } = {}) {
	const storage = memoryStorage();
	const record = new RunRecord(storage);
	const log = new RunLog(storage);
	const tables = new HangingTables();
	const endings: RunEnding[] = [];
	let enqueued = 0;
	const plan = aPlan([(await sourceOf('table', [], 'id integer')).node, tableSink('out', 'in', 'id integer')]);
	const order: RunOrder = { spec: { runId: 1, accountId: 7, plan, payload: null }, clusterId: 1, packageId: 1, packageName: 'p', submittedAt: 0, priority: 0 };
	const journal = {
		runSubmitted: async () => undefined,
		runStarted: async () => undefined,
		runProgress: async () => undefined,
		runEnded: async (ending: RunEnding) => void endings.push(ending),
		runArchived: async () => undefined,
	} satisfies RunJournal;
	const cluster = {
		renew: async () => options.keepsSlot?.() ?? true,
		release: async () => undefined,
		enqueue: async () => {
			enqueued++;
			return { queuedBehind: 0 };
		},
	} as unknown as ClusterHandle;
	const environment = {
		journal,
		cluster: () => cluster,
		connection: async () => tables as TableStore,
		redactor: async () => (text: string) => text,
		interrupt: () => tables.interrupt(),
		close: async () => undefined,
		tellParent: async () => undefined,
		archiveLog: async () => 'log',
	} as unknown as RunEnvironment;
	record.create();
	log.create();
	record.keepOrder(order, null);
	record.apply({ kind: 'prepared', at: Date.now(), timeoutMs: options.timeoutMs ?? null });
	record.apply({ kind: 'lease_granted', at: Date.now(), until: Date.now() + 2 * MINUTE });
	const turns = new RunTurns({ storage, record, log, environment, news: new RunNews(async () => 0, Date.now), clock: Date.now });
	return { record, tables, endings, turns, queued: () => enqueued };
}

describe('a run whose database does not answer', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test('is stopped at once when it is asked to', async () => {
		const run = await aRun();
		const turn = run.turns.next();
		await vi.advanceTimersByTimeAsync(1000);
		run.record.apply({ kind: 'cancel_requested', at: Date.now() });
		run.turns.halt();
		await vi.advanceTimersByTimeAsync(CLEAN_UP);
		expect(await turn).toBe('archived');
		expect(run.endings).toMatchObject([{ status: 'stopped', outputs: [] }]);
	});

	test('leaves its destination as it was, however often it is asked to stop meanwhile', async () => {
		const run = await aRun();
		const turn = run.turns.next();
		for (let times = 0; times < 3; times++) {
			await vi.advanceTimersByTimeAsync(1000);
			run.record.apply({ kind: 'cancel_requested', at: Date.now() });
			run.turns.halt();
		}
		await vi.advanceTimersByTimeAsync(CLEAN_UP);
		expect(await turn).toBe('archived');
		expect(run.tables).toMatchObject({ interrupted: 1, cleanedUp: true });
	});

	test('ends when its time is over', async () => {
		const run = await aRun({ timeoutMs: MINUTE });
		const turn = run.turns.next();
		await vi.advanceTimersByTimeAsync(MINUTE + 5000 + CLEAN_UP);
		expect(await turn).toBe('archived');
		expect(run.endings).toMatchObject([{ status: 'failed', failures: [{ class: 'timeout' }] }]);
	});

	test('keeps its slot while it waits, and gives up waiting when it loses it', async () => {
		let keeps = true;
		const run = await aRun({ keepsSlot: () => keeps });
		const turn = run.turns.next();
		await vi.advanceTimersByTimeAsync(10 * MINUTE);
		expect(run.tables.interrupted).toBe(0);
		keeps = false;
		await vi.advanceTimersByTimeAsync(MINUTE + 5000);
		expect(await turn).toBeNull();
		expect(run.record.state()).toMatchObject({ status: 'queued', leaseUntil: null });
		expect(run.queued()).toBe(1);
		run.record.apply({ kind: 'lease_granted', at: Date.now(), until: Date.now() + 2 * MINUTE });
		keeps = true;
		const again = run.turns.next();
		await vi.advanceTimersByTimeAsync(2 * MINUTE);
		run.record.apply({ kind: 'cancel_requested', at: Date.now() });
		run.turns.halt();
		await vi.advanceTimersByTimeAsync(CLEAN_UP);
		expect(await again).toBe('archived');
	});
});
