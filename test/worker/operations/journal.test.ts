import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import { DAY } from '../../../src/lib/time.ts';
import { sweep } from '../../../src/operations/maintenance/sweep.ts';
import { explainRun } from '../../../src/operations/runs/explain.ts';
import { getRun } from '../../../src/operations/runs/get.ts';
import { runJournal } from '../../../src/operations/runs/journal.ts';
import { listRuns } from '../../../src/operations/runs/list.ts';
import type { RunEnding } from '../../../src/operations/runs/ports.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, world } from './world.ts';

beforeEach(freshGateway);

const LOG_KEY = 'accounts/1/logs/1.ndjson';

const failing: RunEnding = {
	runId: 1,
	accountId: 1,
	status: 'failed',
	progress: 0.5,
	startedAt: 1_000,
	endedAt: 3_500,
	components: [{ component: 'flights', name: 'flights', type: 'cloud_storage_source_component', rowsIn: 0, rowsOut: 10, rowsBad: 1, state: 'failed' }],
	failures: [
		{
			component: 'flights',
			name: 'flights',
			type: 'cloud_storage_source_component',
			class: 'invalid_input',
			message: 'the column "count" is missing in flights.csv',
			hint: 'The header is origin, flights.',
			row: null,
			field: 'count',
			sample: null,
		},
	],
	outputs: [{ component: 'out', name: 'result', type: 'result_destination_component', records: 2, rows: [{ a: 1 }, { a: 2 }], truncated: false, target: null }],
};

/** An account with a package and one run of it that has been written but not begun. */
async function aRun() {
	const made = world();
	const { principal } = await anOwner(made.context, 'acme');
	await env.DB.batch([
		env.DB.prepare(
			`INSERT INTO packages (account_id, workspace_id, name, flow_type, flow_version, version, owner_id, created_at, updated_at) VALUES (1, 1, 'flights', 'dataflow', '2.0.0', 1, 1, 1, 1)`,
		),
		env.DB.prepare(
			`INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, updated_at) VALUES (1, 1, 1, 1, 1, 'test', 'queued', 500, 500)`,
		),
	]);
	return { ...made, principal, journal: runJournal(made.context) };
}

/** Once archived a run is read from D1 and R2 alone. */
async function archived(lines: readonly object[], keep: typeof aRun extends () => Promise<infer Made> ? Made : never) {
	await env.FILES.put(LOG_KEY, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
	await keep.journal.runArchived({ runId: 1, logKey: LOG_KEY, logLines: lines.length });
}

test('a run is told from start to end, each report as often as it likes', async () => {
	const { context, principal, journal } = await aRun();
	const listed = async () => (await listRuns(context, principal, {})).runs[0];
	await journal.runStarted({ runId: 1, at: 1_000 });
	await journal.runStarted({ runId: 1, at: 2_000 });
	await journal.runProgress({ runId: 1, status: 'running', progress: 0.25, at: 2_500 });
	expect(await listed()).toMatchObject({ status: 'running', progress: 0.25, started_at: '1970-01-01T00:00:01.000Z' });
	await journal.runEnded(failing);
	await journal.runEnded({ ...failing, status: 'completed', failures: [] });
	await journal.runProgress({ runId: 1, status: 'running', progress: 0.75, at: 4_000 });
	await journal.runStarted({ runId: 1, at: 5_000 });
	expect(await listed()).toMatchObject({
		status: 'failed',
		progress: 0.5,
		failed_at: '1970-01-01T00:00:03.500Z',
		completed_at: null,
		runtime_in_seconds: 2.5,
		last_error: 'the column "count" is missing in flights.csv',
	});
});

test('an archived run is told whole from D1 and R2', async () => {
	const made = await aRun();
	const { context, principal, journal } = made;
	await journal.runEnded(failing);
	await archived(
		[
			{ at: 1_000, level: 'info', component: null, message: 'started' },
			{ at: 3_000, level: 'error', component: 'flights', message: 'no such column count' },
		],
		made,
	);
	expect(await getRun(context, principal, { run_id: 1 })).toMatchObject({
		status: 'failed',
		creator: 'owner@acme.test',
		components: [{ id: 'flights', component: 'cloud_storage_source_component', rows_out: 10, rows_bad: 1, state: 'failed' }],
		errors: [{ id: 'flights', class: 'invalid_input', field: 'count' }],
		outputs: [{ id: 'out', records_count: 2, rows: [{ a: 1 }, { a: 2 }] }],
		log_tail: ['1970-01-01T00:00:01.000Z INFO started', '1970-01-01T00:00:03.000Z ERROR [flights] no such column count'],
		log_lines: 2,
	});
	expect((await getRun(context, principal, { run_id: 1, log_tail_lines: 1 })).log_tail).toHaveLength(1);
	await expect(getRun(context, principal, { run_id: 1, log_tail_lines: 201 })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('the tail of a log of 3 MB is its last lines, whole', async () => {
	const made = await aRun();
	await made.journal.runEnded(failing);
	await archived(
		Array.from({ length: 3_000 }, (_, i) => ({ at: i, level: 'info', component: null, message: `${i} ${'x'.repeat(1_000)}` })),
		made,
	);
	const { log_tail, log_lines } = await getRun(made.context, made.principal, { run_id: 1, log_tail_lines: 200 });
	expect(log_lines).toBe(3_000);
	expect(log_tail.map((line) => Number(line.split(' ')[2]))).toEqual(Array.from({ length: 200 }, (_, i) => 2_800 + i));
});

test('rows of a long result are kept in R2 and come back as they were', async () => {
	const made = await aRun();
	const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, text: 'x'.repeat(500) }));
	await made.journal.runEnded({ ...failing, outputs: [{ ...(failing.outputs[0] as (typeof failing.outputs)[number]), rows }] });
	await archived([], made);
	expect((await env.DB.prepare('SELECT rows FROM run_outputs').first<{ rows: null }>())?.rows).toBeNull();
	expect((await getRun(made.context, made.principal, { run_id: 1 })).outputs[0]?.rows).toEqual(rows);
});

test('explain names the error, every failed component, what the log speaks of and what to do', async () => {
	const made = await aRun();
	const second = {
		...(failing.failures[0] as (typeof failing.failures)[number]),
		component: 'out',
		name: 'out',
		class: 'upstream',
		message: 'password authentication failed',
		hint: '',
	};
	await made.journal.runEnded({ ...failing, failures: [...failing.failures, second] });
	await archived(
		[
			{ at: 1, level: 'info', component: null, message: 'connection refused is only mentioned' },
			{ at: 2, level: 'error', component: 'out', message: 'FATAL: role is gone' },
		],
		made,
	);
	const told = await explainRun(made.context, made.principal, { run_id: 1, log_tail_lines: 1 });
	expect(told.primary_error).toMatchObject({ id: 'flights', message: 'the column "count" is missing in flights.csv' });
	expect(told.failed_components.map((failure) => failure.id)).toEqual(['flights', 'out']);
	expect(told.error_patterns.map((match) => match.pattern)).toEqual(['FATAL', 'ERROR', 'auth', 'schema']);
	expect(told.next_steps[0]).toBe('flights: The header is origin, flights.');
	expect(told.next_steps.some((step) => step.includes('validate_package with package_id 1'))).toBe(true);
	expect(told.log_tail).toEqual(['1970-01-01T00:00:00.002Z ERROR [out] FATAL: role is gone']);
});

test('a run that completed has nothing to explain', async () => {
	const made = await aRun();
	await made.journal.runEnded({ ...failing, status: 'completed', failures: [] });
	await archived([{ at: 2, level: 'warn', component: null, message: 'ERROR in a text of the data' }], made);
	expect(await explainRun(made.context, made.principal, { run_id: 1 })).toMatchObject({
		primary_error: null,
		failed_components: [],
		error_patterns: [],
		next_steps: [expect.stringContaining('completed')],
	});
});

test('the sweep forgets logs and rows after 90 days, moves the audit to R2 after as many, forgets tokens 30 days past expiry, and keeps the history', async () => {
	const made = await aRun();
	const { context, principal, journal, advance } = made;
	const now = context.clock();
	await journal.runEnded({ ...failing, endedAt: now - 89 * DAY });
	await archived([{ at: 1, level: 'info', component: null, message: 'x' }], made);
	await env.DB.batch([
		env.DB.prepare(`INSERT INTO audit_events (at, surface, action, outcome, duration_ms, request_id) VALUES (?1, 'mcp', 'x', 'ok', 1, 'r')`).bind(
			now - 89 * DAY,
		),
		env.DB.prepare(`INSERT INTO tokens (hash, grant_id, kind, created_at, expires_at) VALUES ('h', 1, 'access', 1, ?1)`).bind(now - 29 * DAY),
	]);
	expect(await sweep(context)).toMatchObject({
		auditEvents: 0,
		auditBatches: 0,
		tokens: 0,
		idempotencyKeys: 0,
		runsForgotten: 0,
		runsTakenUp: 0,
		chats: 0,
		schedulesWoken: 0,
		hookDeliveries: 0,
	});
	advance(2 * DAY);
	expect(await sweep(context)).toMatchObject({
		auditEvents: 1,
		auditBatches: 0,
		tokens: 1,
		idempotencyKeys: 0,
		runsForgotten: 1,
		runsTakenUp: 0,
		chats: 0,
		schedulesWoken: 0,
		hookDeliveries: 0,
	});
	expect(await env.FILES.head(LOG_KEY)).toBeNull();
	expect((await env.FILES.list({ prefix: 'audit/' })).objects).toHaveLength(1);
	advance(730 * DAY);
	expect(await sweep(context)).toMatchObject({ auditEvents: 0, auditBatches: 1 });
	expect((await env.FILES.list({ prefix: 'audit/' })).objects).toEqual([]);
	expect(await env.DB.prepare('SELECT rows, records FROM run_outputs').first()).toEqual({ rows: null, records: 2 });
	expect((await listRuns(context, principal, {})).runs).toMatchObject([{ id: 1, status: 'failed' }]);
});
