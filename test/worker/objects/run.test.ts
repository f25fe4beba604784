import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';

import type { Plan } from '../../../src/plan/plan.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aPlan, payload, result } from '../../unit/engine/support/plans.ts';
import { anOrder, ended } from './world.ts';

beforeEach(freshGateway);

const echo: Plan = aPlan([payload('in', 'id integer'), result('out', 'in', 'id integer')]);

test('a run is prepared, begun by its cluster, told to the index, archived and forgotten', async () => {
	const { run, cluster, order } = await anOrder(echo, [{ id: 1 }, { id: 2 }]);
	await run.prepare(order);
	expect(await run.snapshot(5)).toMatchObject({ status: 'queued', startedAt: null, log: [] });
	await cluster.enqueue({ runId: order.spec.runId, priority: 0 });
	expect(await ended(order.spec.runId)).toMatchObject({ status: 'completed', progress: 1, log_key: `accounts/1/logs/${order.spec.runId}.ndjson` });
	expect(await run.snapshot(5)).toBeNull();
	expect(await cluster.load()).toEqual({ running: 0, queued: 0 });
	const archived = await env.FILES.get(`accounts/1/logs/${order.spec.runId}.ndjson`);
	expect(await archived?.text()).toContain('the run has completed');
});
