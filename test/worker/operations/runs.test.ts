import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import { createCluster, updateCluster } from '../../../src/operations/clusters/change.ts';
import { listClusters } from '../../../src/operations/clusters/list.ts';
import { removeCluster } from '../../../src/operations/clusters/remove.ts';
import { sweep } from '../../../src/operations/maintenance/sweep.ts';
import { type CreatePackageInput, createPackage } from '../../../src/operations/packages/create.ts';
import { cancelRun } from '../../../src/operations/runs/cancel.ts';
import { explainRun } from '../../../src/operations/runs/explain.ts';
import { getRun } from '../../../src/operations/runs/get.ts';
import { listRuns } from '../../../src/operations/runs/list.ts';
import type { SubmitRunInput } from '../../../src/operations/runs/prepare.ts';
import { submitRun } from '../../../src/operations/runs/submit.ts';
import { tryRun } from '../../../src/operations/runs/try-run.ts';
import { waitForRun } from '../../../src/operations/runs/wait.ts';
import { createSchedule } from '../../../src/operations/schedules/create.ts';
import { removeSchedule } from '../../../src/operations/schedules/remove.ts';
import { listWorkspaces } from '../../../src/operations/workspaces/list.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { FLIGHTS, flightsPerOrigin } from './flights.ts';
import { aFile, anOwner, world } from './world.ts';

beforeEach(freshGateway);

async function acme(changes: Partial<CreatePackageInput> = {}) {
	const made = world();
	const { context } = made;
	const { principal } = await anOwner(context, 'acme');
	await aFile(1, 'flights.csv', FLIGHTS);
	const { package_id } = await createPackage(context, principal, flightsPerOrigin(changes));
	const submit = (input: Partial<SubmitRunInput> = {}) => submitRun(context, principal, { package_id, ...input });
	/** Submitted, and watched until it has ended. */
	const run = async (input: Partial<SubmitRunInput> = {}) => waitForRun(context, principal, { run_id: (await submit(input)).run_id, wait_seconds: 50 });
	return { ...made, principal, package_id, submit, run };
}

const payloadPackage = {
	components: [
		{ payload_source_component: { name: 'rows' } },
		{
			select_component: {
				name: 'chosen',
				keep_others: true,
				columns: [
					{ expression: '$_RUN_ID', alias: 'run' },
					{ expression: '$greeting', alias: 'greeting' },
				],
			},
		},
		{ result_destination_component: { name: 'result' } },
	],
	edges: [
		{ source: 'rows', target: 'chosen' },
		{ source: 'chosen', target: 'result' },
	],
	variables: { greeting: 'hello' },
} satisfies Partial<CreatePackageInput>;

describe('a run', () => {
	test('goes from submission to its result, and is counted where lists look', async () => {
		const { context, principal, package_id, submit } = await acme();
		const submitted = await submit();
		expect(submitted).toEqual({ run_id: 1, status: 'queued', package_id, package_version: 1, cluster_id: 1, queued_behind: 0 });
		const ended = await waitForRun(context, principal, { run_id: 1, wait_seconds: 50 });
		expect(ended).toMatchObject({
			status: 'completed',
			progress: 1,
			package_name: 'flights per origin',
			creator: 'owner@acme.test',
			last_error: null,
			errors: [],
			outputs: [
				{
					id: 'result',
					records_count: 2,
					truncated: false,
					rows: [
						{ origin: 'ATL', flights: 15 },
						{ origin: 'SFO', flights: 7 },
					],
				},
			],
		});
		expect(ended.components.map((component) => [component.id, component.rows_out])).toContainEqual(['flights', 3]);
		await expect.poll(async () => (await env.DB.prepare('SELECT log_key FROM runs').first<{ log_key: string | null }>())?.log_key).not.toBeNull();
		const archived = await getRun(context, principal, { run_id: 1 });
		expect(archived.outputs).toEqual(ended.outputs);
		expect(archived.log_tail.length).toBeGreaterThan(0);
		expect((await listRuns(context, principal, { package_id })).runs).toMatchObject([{ id: 1, status: 'completed', completed_at: expect.any(String) }]);
		expect((await listWorkspaces(context, principal, {})).workspaces).toMatchObject([
			{ package_count: 1, last_completed_jobs_count: 1, last_failed_jobs_count: 0 },
		]);
		expect((await listClusters(context, principal, {})).clusters).toMatchObject([
			{ id: 1, status: 'available', nodes: 2, running_jobs_count: 0, queued_jobs_count: 0 },
		]);
	});

	test('reads the columns that its version was saved with: one that was renamed upstream fails it, with the header that is there', async () => {
		const { context, principal, run } = await acme();
		await aFile(1, 'flights.csv', FLIGHTS.replace('count', 'flights'));
		const failed = await run();
		expect(failed).toMatchObject({ status: 'failed', errors: [{ id: 'flights' }], outputs: [] });
		expect(failed.last_error).toContain('count');
		const told = await explainRun(context, principal, { run_id: failed.id });
		expect(told.primary_error).toMatchObject({ id: 'flights', component: 'cloud_storage_source_component' });
		expect(told.error_patterns.map((match) => match.pattern)).toContain('schema');
		expect(told.next_steps.length).toBeGreaterThan(1);
	});

	test('takes rows, variables and expressions, and knows its own number', async () => {
		const { run } = await acme(payloadPackage);
		const first = await run({ payload: [{ id: 1 }, { id: 2 }] });
		expect(first.outputs[0]?.rows).toEqual([
			{ id: 1, run: 1, greeting: 'hello' },
			{ id: 2, run: 1, greeting: 'hello' },
		]);
		const second = await run({ payload: [{ id: 3 }], variables: { greeting: 'ciao' } });
		expect(second).toMatchObject({ variables: { greeting: 'ciao' }, outputs: [{ rows: [{ id: 3, run: 2, greeting: 'ciao' }] }] });
		const third = await run({ payload: [{ id: 4 }], dynamic_variables: { greeting: "upper('hey')" } });
		expect(third).toMatchObject({ dynamic_variables: { greeting: "upper('hey')" }, outputs: [{ rows: [{ greeting: 'HEY' }] }] });
	});

	test('knows the last one that completed', async () => {
		const { run } = await acme({
			...payloadPackage,
			components: [
				{ payload_source_component: { name: 'rows', fields: [{ name: 'id', type: 'integer' }] } },
				{
					select_component: {
						name: 'chosen',
						columns: [
							{ expression: '$_PACKAGE_LAST_SUCCESSFUL_JOB_ID', alias: 'last' },
							{ expression: '10 / id', alias: 'x' },
						],
					},
				},
				{ result_destination_component: { name: 'result' } },
			],
			variables: {},
		});
		const last = async (id: number) => (await run({ payload: [{ id }] })).outputs[0]?.rows?.[0]?.['last'];
		expect(await last(1)).toBeNull();
		expect(await last(1)).toBe(1);
		expect(await run({ payload: [{ id: 0 }] })).toMatchObject({ id: 3, status: 'failed' });
		expect(await last(1)).toBe(2);
	});

	test('with rows for a package that takes none is not written', async () => {
		const { context, principal, submit } = await acme();
		await expect(submit({ payload: [{ id: 1 }] })).rejects.toThrow('the package has no payload source');
		expect((await listRuns(context, principal, {})).runs).toEqual([]);
	});

	test('that has faults is not written', async () => {
		const { context, principal, submit } = await acme(payloadPackage);
		await expect(submit({ payload: [{ id: 1 }], variables: { greting: 'x' } })).rejects.toMatchObject({
			code: 'invalid_package',
			details: { faults: [expect.objectContaining({ code: 'variable', path: 'variables.greting', hint: expect.stringContaining('did you mean greeting') })] },
		});
		await expect(submit()).rejects.toMatchObject({ code: 'invalid_package' });
		await expect(submit({ cluster_id: 9 })).rejects.toMatchObject({ code: 'not_found', message: 'cluster 9 not found in this account' });
		expect((await listRuns(context, principal, {})).runs).toEqual([]);
	});
});

describe('secret variables of a run', () => {
	test('are blanked in the run, its log, its errors and its rows, and stand in no row of D1', async () => {
		const { context, principal, run } = await acme({
			...payloadPackage,
			components: [
				{ payload_source_component: { name: 'rows' } },
				{ assert_component: { name: 'checked', expression: "note = 'fine'", message: 'the note is not fine' } },
				{ result_destination_component: { name: 'result' } },
			],
			edges: [
				{ source: 'rows', target: 'checked' },
				{ source: 'checked', target: 'result' },
			],
			variables: { api_key: { type: 'string', secret: true, default: 'canary-default' } },
		});
		const failed = await run({ payload: [{ note: 'canary-4711 leaked' }], variables: { api_key: 'canary-4711' } });
		expect(failed).toMatchObject({ status: 'failed', variables: { api_key: '[redacted]' } });
		expect(failed.errors[0]?.sample).toContain('[redacted] leaked');
		await expect.poll(async () => (await env.DB.prepare('SELECT log_key FROM runs').first<{ log_key: string | null }>())?.log_key).not.toBeNull();
		const tables = ['runs', 'run_failures', 'run_outputs', 'packages', 'package_versions'];
		const rows = await env.DB.batch(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
		const shown = JSON.stringify([rows, await getRun(context, principal, { run_id: failed.id }), await explainRun(context, principal, { run_id: failed.id })]);
		expect(shown).not.toContain('canary');
	});
});

describe('cancel_job', () => {
	test('stops a run that waits for its turn, and says the same again', async () => {
		const { context, principal, submit } = await acme();
		await env.DB.prepare('UPDATE clusters SET nodes = 1').run();
		// A run that holds the only slot and never begins: its object has no order.
		await context.clusters(1).enqueue({ runId: 999, priority: 0 });
		const { run_id } = await submit();
		expect(await submit()).toMatchObject({ status: 'queued', queued_behind: 1 });
		expect((await listClusters(context, principal, {})).clusters).toMatchObject([{ running_jobs_count: 1, queued_jobs_count: 2 }]);
		expect(await getRun(context, principal, { run_id })).toMatchObject({ status: 'queued', started_at: null });
		expect(await cancelRun(context, principal, { run_id, dry_run: true })).toMatchObject({
			status: 'queued',
			message: expect.stringContaining('has not begun'),
		});
		expect(await cancelRun(context, principal, { run_id })).toMatchObject({ run_id, status: 'stopped' });
		expect(await cancelRun(context, principal, { run_id })).toMatchObject({ run_id, status: 'stopped' });
		await expect.poll(async () => (await getRun(context, principal, { run_id })).stopped_at).not.toBeNull();
	});

	test('leaves a run that completed as it is', async () => {
		const { context, principal, run } = await acme();
		const { id } = await run();
		expect(await cancelRun(context, principal, { run_id: id })).toEqual({
			run_id: id,
			status: 'completed',
			dry_run: false,
			message: 'The run had already completed: nothing was changed.',
		});
	});
});

describe('a cluster', () => {
	test('that is given more nodes begins who waits; with fewer, who runs goes on', async () => {
		const { context, principal, submit } = await acme();
		const change = (nodes: number) => updateCluster(context, principal, { cluster_id: 1, nodes });
		expect(await change(1)).toMatchObject({ changed: true, version: 2, changes: [{ field: 'nodes', before: 2, after: 1 }] });
		await context.clusters(1).enqueue({ runId: 999, priority: 0 });
		const { run_id } = await submit();
		expect(await updateCluster(context, principal, { cluster_id: 1, nodes: 1 })).toMatchObject({ changed: false, version: 2, queued_jobs_count: 1 });
		expect(await change(2)).toMatchObject({ changed: true, version: 3, queued_jobs_count: 0 });
		expect(await waitForRun(context, principal, { run_id, wait_seconds: 50 })).toMatchObject({ status: 'completed' });
		expect(await change(1)).toMatchObject({ running_jobs_count: 1 });
	});

	test('of its own takes runs, and is deleted once nothing needs it', async () => {
		const { context, principal, submit, package_id } = await acme();
		const { cluster_id = 0 } = await createCluster(context, principal, { name: 'nightly', nodes: 3, region: 'weur' });
		const { run_id } = await submit({ cluster_id });
		expect(await waitForRun(context, principal, { run_id, wait_seconds: 50 })).toMatchObject({ status: 'completed', cluster_id });
		const { schedule_id = 0 } = await createSchedule(context, principal, { package_id, name: 'n', cron: '0 0 1 1 *', cluster_id });
		const remove = (id: number) => removeCluster(context, principal, { cluster_id: id });
		await expect(remove(cluster_id)).rejects.toThrow(`is where schedules run: schedule_id ${schedule_id}`);
		await removeSchedule(context, principal, { schedule_id });
		await expect.poll(async () => (await listRuns(context, principal, {})).runs[0]?.status).toBe('completed');
		expect(await remove(cluster_id)).toMatchObject({ deleted: true, name: 'nightly' });
		await expect(remove(cluster_id)).rejects.toThrow(`cluster ${cluster_id} not found`);
		await expect(remove(1)).rejects.toThrow('is the default one');
		expect((await listClusters(context, principal, {})).clusters).toMatchObject([{ id: 1, is_default: true }]);
	});

	test.each([
		[{ type: 'sandbox', nodes: 2 }, 'a sandbox has one node, not 2'],
		[{ name: '  ' }, 'name is empty'],
	] as const)('with %j is refused', async (over, words) => {
		const { context, principal } = await acme();
		await expect(createCluster(context, principal, { name: 'x', ...over })).rejects.toThrow(words);
	});
});

describe('a run that is only tried', () => {
	test('tells its variables, what it reads and writes, and in whose rights; no secret, and nothing begins', async () => {
		const { context, principal, package_id } = await acme({
			variables: { least: 1, token: { type: 'string', default: 'canary-9f3a', secret: true } },
		});
		const tried = await tryRun(context, principal, { package_id, variables: { least: 5 } });
		expect(tried).toMatchObject({
			dry_run: true,
			package_version: 1,
			cluster_id: 1,
			queued_behind: 0,
			would: { acts_as: principal.user.email, variables: { least: 5, token: '[redacted]' } },
		});
		expect(tried.would.reads).toEqual([expect.stringContaining('flights.csv on connection')]);
		expect(tried.would.writes?.length).toBeGreaterThan(0);
		expect(JSON.stringify(tried)).not.toContain('canary');
		expect((await listRuns(context, principal, {})).runs).toEqual([]);
		await expect(tryRun(context, principal, { package_id, variables: { leest: 5 } })).rejects.toThrow('was not run');
	});
});

describe('a submission that was interrupted', () => {
	const interrupted = `INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, updated_at) VALUES (1, 1, 1, 1, 1, 'test', 'pending', 1, 1)`;

	test('ends as failed at the next sweep when its object never heard of it', async () => {
		const { context, principal } = await acme();
		await env.DB.prepare(interrupted).run();
		expect(await sweep(context)).toMatchObject({ runsTakenUp: 1 });
		expect(await getRun(context, principal, { run_id: 1 })).toMatchObject({ status: 'failed', errors: [{ class: 'unavailable' }] });
		expect(await sweep(context)).toMatchObject({ runsTakenUp: 0 });
	});

	test('can be cancelled', async () => {
		const { context, principal } = await acme();
		await env.DB.prepare(interrupted).run();
		expect(await cancelRun(context, principal, { run_id: 1 })).toMatchObject({ status: 'stopped' });
		expect((await listRuns(context, principal, {})).runs).toMatchObject([{ status: 'stopped' }]);
	});
});

describe('another account', () => {
	test('can neither see, explain, wait for, cancel nor start a run', async () => {
		const { context, package_id, run } = await acme();
		const { principal: globex } = await anOwner(context, 'globex');
		const { id: run_id } = await run();
		const attempts: readonly Promise<unknown>[] = [
			getRun(context, globex, { run_id }),
			explainRun(context, globex, { run_id }),
			waitForRun(context, globex, { run_id, wait_seconds: 0 }),
			cancelRun(context, globex, { run_id }),
		];
		for (const attempt of attempts) {
			await expect(attempt).rejects.toEqual(
				new AppError('not_found', `run ${run_id} not found in this account`, { hint: 'list_runs shows the ids there are.' }),
			);
		}
		await expect(submitRun(context, globex, { package_id })).rejects.toMatchObject({ message: `package ${package_id} not found in this account` });
		await expect(submitRun(context, globex, { package_id, cluster_id: 1 })).rejects.toMatchObject({ code: 'not_found' });
		expect((await listClusters(context, globex, {})).clusters.map((cluster) => cluster.id)).toEqual([2]);
	});
});
