import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MINUTE } from '../../../src/lib/time.ts';
import type { Principal } from '../../../src/model/principal.ts';
import { sweep } from '../../../src/operations/maintenance/sweep.ts';
import { createPackage } from '../../../src/operations/packages/create.ts';
import { type CreateScheduleInput, createSchedule } from '../../../src/operations/schedules/create.ts';
import { getSchedule } from '../../../src/operations/schedules/get.ts';
import { removeSchedule } from '../../../src/operations/schedules/remove.ts';
import { startFire } from '../../../src/operations/schedules/start.ts';
import { takeTurn } from '../../../src/operations/schedules/turn.ts';
import { updateSchedule } from '../../../src/operations/schedules/update.ts';
import { type ScheduleRow, scheduleById } from '../../../src/store/schedules.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, world } from '../operations/world.ts';
import { WAIT } from './world.ts';

const { context: base } = world();
/** The object's own clock is real; so is everybody's here. */
const context = { ...base, clock: Date.now };
let principal: Principal;

const object = () => env.SCHEDULES.get(env.SCHEDULES.idFromName('schedule:1'));
const query = async <Row>(sql: string): Promise<Row[]> => (await env.DB.prepare(sql).all<Row>()).results;
const fired = () =>
	query<{ attempt: number; status: string; retry_of: number | null; child: number }>(
		'SELECT f.attempt, r.status, r.retry_of, r.child FROM scheduled_runs f JOIN runs r ON r.id = f.run_id ORDER BY f.run_id',
	);

/** One component that does what the test wants: rows within the limit complete, others fail. */
async function aPackage(limit = 10): Promise<number> {
	const { package_id } = await createPackage(context, principal, {
		name: 'a package',
		flow_type: 'dataflow',
		components: [
			// No rows, from the account's embedded database.
			{ database_source_component: { id: 'in', name: 'in', connection_id: 2, access_mode: 'query', query: 'SELECT 1 AS n WHERE 1 = 0' } },
			{ aggregate_component: { id: 'count', name: 'count', aggregates: [{ function: 'count_all', alias: 'n' }] } },
			{ assert_component: { id: 'check', name: 'check', expression: `n < ${limit}`, message: 'too many' } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'count' },
			{ source: 'count', target: 'check' },
			{ source: 'check', target: 'out' },
		],
	});
	return package_id;
}

async function aSchedule(over: Partial<CreateScheduleInput> = {}): Promise<number> {
	const package_id = over.package_id ?? (await aPackage());
	const { schedule_id } = await createSchedule(context, principal, { name: 'hourly', interval_amount: 1, interval_unit: 'hours', ...over, package_id });
	// The object that was told has looked by then: nothing more happens by itself within the hour.
	await vi.waitUntil(async () => (await runInDurableObject(object(), (_, { storage }) => storage.getAlarm())) !== null || over.enabled === false, WAIT);
	return schedule_id ?? 0;
}

/** Its fire of that moment is the next: as if the time had come. */
const dueSince = (at: number, id = 1) => env.DB.prepare('UPDATE schedules SET next_run_at = ? WHERE id = ?').bind(at, id).run();
const alarm = () => runDurableObjectAlarm(object());
const ended = (count: number) =>
	vi.waitUntil(async () => (await fired()).filter(({ status }) => status === 'completed' || status === 'failed').length >= count, WAIT);

beforeEach(async () => {
	await freshGateway();
	({ principal } = await anOwner(context, 'acme'));
});

describe('a schedule that is due', () => {
	test("runs its package once, in its owner's name, and counts it", async () => {
		const schedule_id = await aSchedule();
		const due = Date.now() - 1000;
		await dueSince(due);
		await alarm();
		await ended(1);
		expect(await query('SELECT via, user_id, grant_id, child FROM runs')).toEqual([{ via: 'schedule', user_id: principal.user.id, grant_id: null, child: 0 }]);
		const shown = await getSchedule(context, principal, { schedule_id });
		expect(shown).toMatchObject({
			execution_count: 1,
			last_run_id: 1,
			last_run_status: 'completed',
			last_error: null,
			recent_runs: [{ run_id: 1, attempt: 1 }],
		});
		expect(Date.parse(shown.next_run_at ?? '')).toBeGreaterThan(Date.now());
		// The object wakes for the next fire.
		await vi.waitUntil(async () => (await runInDurableObject(object(), (_, { storage }) => storage.getAlarm())) === Date.parse(shown.next_run_at ?? ''), WAIT);
	});

	test('and was missed for days runs once', async () => {
		await aSchedule({ start_at: '2026-01-01T00:00:00Z' });
		await dueSince(Date.now() - 5 * 24 * 60 * MINUTE);
		await alarm();
		await alarm();
		await ended(1);
		expect(await fired()).toHaveLength(1);
		expect(await query('SELECT execution_count AS n, next_run_at > unixepoch() * 1000 AS ahead FROM schedules')).toEqual([{ n: 1, ahead: 1 }]);
	});

	test('by two at once runs once', async () => {
		await aSchedule();
		await dueSince(Date.now() - 1000);
		await Promise.all([takeTurn(context, 1), takeTurn(context, 1), takeTurn(context, 1)]);
		await ended(1);
		expect(await fired()).toHaveLength(1);
		expect(await query('SELECT count(*) AS n FROM runs')).toEqual([{ n: 1 }]);
	});

	test('is run by an object that knows nothing: what is due stands in the index', async () => {
		await aSchedule();
		await runInDurableObject(object(), async (_, { storage }) => {
			await storage.deleteAlarm();
			await storage.deleteAll();
		});
		await dueSince(Date.now() - 2 * MINUTE);
		expect(await sweep(context)).toMatchObject({ schedulesWoken: 1 });
		await ended(1);
		await vi.waitUntil(async () => (await sweep(context)).schedulesWoken === 0, WAIT);
		expect(await fired()).toHaveLength(1);
	});

	test('goes on being tried while the index is away, and its alarm never throws', async () => {
		await aSchedule();
		await dueSince(Date.now() - 1000);
		await env.DB.exec('ALTER TABLE schedules RENAME TO away');
		await runInDurableObject(object(), async (instance) => {
			await (instance as unknown as { alarm(): Promise<void> }).alarm();
		});
		expect(await runInDurableObject(object(), (_, { storage }) => storage.getAlarm())).toBeGreaterThan(Date.now());
		await env.DB.exec('ALTER TABLE away RENAME TO schedules');
		await alarm();
		await ended(1);
	});
});

describe('a schedule that changes while it fires', () => {
	test('runs or does not, and never half: switched off', async () => {
		const schedule_id = await aSchedule();
		await dueSince(Date.now() - 1000);
		await Promise.all([takeTurn(context, 1), updateSchedule(context, principal, { schedule_id, enabled: false })]);
		await takeTurn(context, 1);
		const [row] = await query<{ execution_count: number; next_run_at: number | null }>('SELECT execution_count, next_run_at FROM schedules');
		expect(row?.next_run_at).toBeNull();
		expect(await query('SELECT count(*) AS n FROM runs')).toEqual([{ n: row?.execution_count }]);
		expect(await fired()).toHaveLength(row?.execution_count ?? -1);
	});

	test('starts nothing once it is off, even where its fire was already taken up', async () => {
		const schedule_id = await aSchedule();
		await dueSince(Date.now() - 1000);
		const schedule = (await scheduleById(context.store, 1, schedule_id))?.schedule;
		await updateSchedule(context, principal, { schedule_id, enabled: false });
		// What the turn had read by then still says that it is on and due.
		await startFire(context, schedule as ScheduleRow, Date.now() - 1000);
		expect(await query('SELECT count(*) AS n FROM runs')).toEqual([{ n: 0 }]);
		expect(await query('SELECT enabled, next_run_at FROM schedules')).toEqual([{ enabled: 0, next_run_at: null }]);
	});

	test('leaves no run without its fire when it is deleted', async () => {
		const schedule_id = await aSchedule();
		await dueSince(Date.now() - 1000);
		await Promise.all([takeTurn(context, 1), removeSchedule(context, principal, { schedule_id })]);
		expect(await query('SELECT id FROM schedules')).toEqual([]);
		const [runs] = await query<{ n: number }>('SELECT count(*) AS n FROM runs');
		expect(await fired()).toHaveLength(runs?.n ?? -1);
		expect(await takeTurn(context, 1)).toMatchObject({ failed: false });
	});
});

describe('the fire of a schedule whose run goes on', () => {
	/** A run of the schedule that has not ended, whatever its package does. */
	async function busy(overlap: 'skip' | 'queue' | 'allow'): Promise<void> {
		await aSchedule({ overlap });
		await env.DB.batch([
			env.DB.prepare(
				"INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, updated_at) VALUES (1, 1, 1, 1, 1, 'schedule', 'running', 1, 1)",
			),
			env.DB.prepare('INSERT INTO scheduled_runs (run_id, account_id, schedule_id, scheduled_for, attempt) VALUES (last_insert_rowid(), 1, 1, 1, 1)'),
		]);
		await dueSince(Date.now() - 1000);
		await takeTurn(context, 1);
	}
	const end = () => env.DB.prepare("UPDATE runs SET status = 'completed', ended_at = 2 WHERE id = 1").run();

	test('goes by with overlap skip', async () => {
		await busy('skip');
		await end();
		await takeTurn(context, 1);
		expect(await fired()).toHaveLength(1);
		expect(await query('SELECT skipped_count AS skipped FROM schedules')).toEqual([{ skipped: 1 }]);
	});

	test('runs beside it with overlap allow', async () => {
		await busy('allow');
		await ended(1);
		expect(await fired()).toMatchObject([{ status: 'running' }, { status: 'completed' }]);
	});

	test('waits with overlap queue, and starts when that has ended', async () => {
		await busy('queue');
		expect(await fired()).toHaveLength(1);
		await end();
		await takeTurn(context, 1);
		await ended(2);
		expect(await fired()).toHaveLength(2);
		expect(await query('SELECT waiting_since, skipped_count FROM schedules')).toEqual([{ waiting_since: null, skipped_count: 0 }]);
	});
});

describe('a scheduled run that fails', () => {
	test('is tried again as often as the schedule says, below the run it repeats', async () => {
		await aSchedule({ package_id: await aPackage(0), auto_retry_attempts: 2 });
		await dueSince(Date.now() - 1000);
		await alarm();
		for (const attempt of [1, 2]) {
			await ended(attempt);
			const later = { ...context, clock: () => Date.now() + 10 * MINUTE };
			await vi.waitUntil(async () => {
				await takeTurn(later, 1);
				return (await fired()).length > attempt;
			}, WAIT);
		}
		await ended(3);
		await takeTurn({ ...context, clock: () => Date.now() + 20 * MINUTE }, 1);
		expect(await fired()).toEqual([
			{ attempt: 1, status: 'failed', retry_of: null, child: 0 },
			{ attempt: 2, status: 'failed', retry_of: 1, child: 1 },
			{ attempt: 3, status: 'failed', retry_of: 2, child: 1 },
		]);
		expect(await query('SELECT count(*) AS n FROM scheduled_runs WHERE settled = 0')).toEqual([{ n: 0 }]);
	});

	test('tells its schedule by itself, which notes when it is tried again', async () => {
		await aSchedule({ package_id: await aPackage(0), auto_retry_attempts: 1 });
		await dueSince(Date.now() - 1000);
		await alarm();
		const noted = () => query<{ retry_at: number | null; ended_at: number }>('SELECT retry_at, ended_at FROM scheduled_runs JOIN runs ON id = run_id');
		await vi.waitUntil(async () => (await noted())[0]?.retry_at != null, WAIT);
		const [row] = await noted();
		expect(row?.retry_at).toBe((row?.ended_at ?? 0) + MINUTE);
	});
});

describe('the rights of a schedule', () => {
	test.each([
		['removed', 'DELETE FROM members', 'its owner is no longer a member of this account'],
		['demoted', "UPDATE members SET role = 'viewer'", 'is a viewer of this account and may not run'],
		['of an account that is switched off', 'UPDATE accounts SET gateway_enabled = 0', 'the gateway is switched off for this account'],
	])('end with those of its owner: one who is %s starts nothing, and the schedule says so', async (_, sql, words) => {
		await aSchedule();
		await dueSince(Date.now() - 1000);
		await env.DB.exec(sql);
		await alarm();
		await vi.waitUntil(async () => (await query('SELECT id FROM schedules WHERE last_error IS NOT NULL')).length === 1, WAIT);
		expect(await fired()).toEqual([]);
		const [row] = await query<{ last_error: string; ahead: number }>('SELECT last_error, next_run_at > unixepoch() * 1000 AS ahead FROM schedules');
		expect(row).toEqual({ last_error: expect.stringContaining(words), ahead: 1 });
	});

	test('come back with the next fire that succeeds', async () => {
		await aSchedule();
		await env.DB.exec("UPDATE members SET role = 'viewer'");
		await dueSince(Date.now() - 1000);
		await takeTurn(context, 1);
		await env.DB.exec("UPDATE members SET role = 'owner'");
		await dueSince(Date.now() - 500);
		await takeTurn(context, 1);
		expect(await query('SELECT last_error, execution_count FROM schedules')).toEqual([{ last_error: null, execution_count: 1 }]);
		await ended(1);
	});
});

test('a schedule runs on a cluster of its own where it asks for one, or on a new one each time', async () => {
	const package_id = await aPackage();
	await aSchedule({ package_id, cluster_reuse: 'self', overlap: 'allow' });
	await aSchedule({ package_id, cluster_reuse: 'none', overlap: 'allow' });
	for (const past of [2000, 1000]) {
		for (const id of [1, 2]) await dueSince(Date.now() - past, id);
		await takeTurn(context, 1);
	}
	await ended(4);
	const used = await query(
		'SELECT f.schedule_id AS schedule, count(DISTINCT r.cluster_id) AS clusters FROM scheduled_runs f JOIN runs r ON r.id = f.run_id GROUP BY 1',
	);
	expect(used).toEqual([
		{ schedule: 1, clusters: 1 },
		{ schedule: 2, clusters: 2 },
	]);
	expect(await query('SELECT count(*) AS n FROM clusters WHERE schedule_id IS NOT NULL')).toEqual([{ n: 3 }]);
});
