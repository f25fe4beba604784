import { expect, test } from 'vitest';
import { RunRecord } from '../../../src/objects/run/record.ts';
import type { RunOrder } from '../../../src/operations/runs/ports.ts';
import { aPlan, payload, result } from '../engine/support/plans.ts';
import { memoryStorage } from '../engine/support/run-storage.ts';

const plan = aPlan([payload('in', 'id integer'), result('out', 'in', 'id integer')]);
const order: RunOrder = {
	spec: { runId: 1, accountId: 7, plan, payload: [{ id: 'canary' }] },
	clusterId: 1,
	packageId: 1,
	packageName: 'canary',
	submittedAt: 1,
	priority: 0,
	secret: true,
};

test('an order with secrets is kept sealed, and known again only where it can be opened', async () => {
	const storage = memoryStorage();
	const first = new RunRecord(storage);
	first.create();
	first.keepOrder(order, { accountId: 7, text: 'sealed' });
	first.keepOrder({ ...order, priority: 1 }, null);
	expect(first.order()).toBe(order);
	const kept = storage.sql('SELECT name, json FROM run');
	expect(JSON.stringify(kept)).not.toContain('canary');
	expect(kept.map((row) => (row as { name: string }).name)).toEqual(['chores', 'sealed_order']);

	const woken = new RunRecord(storage);
	expect(woken.order()).toBeNull();
	await woken.open(async (sealed) => (sealed.accountId === 7 && sealed.text === 'sealed' ? order : null));
	expect(woken.order()).toEqual(order);
});

test('an order without secrets is read by whoever wakes', async () => {
	const storage = memoryStorage();
	const { secret: _, ...plain } = order;
	const first = new RunRecord(storage);
	expect(first.order()).toBeNull();
	first.create();
	first.keepOrder(plain, null);
	const woken = new RunRecord(storage);
	await woken.open(() => Promise.reject(new Error('there is nothing to open')));
	expect(woken.order()).toEqual(plain);
	expect(woken.chores()).toMatchObject({ reportSubmission: true });
});
