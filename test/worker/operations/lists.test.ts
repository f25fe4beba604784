import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/model/principal.ts';
import { listConnections } from '../../../src/operations/connections/list.ts';
import type { OperationContext } from '../../../src/operations/context.ts';
import { getPackage } from '../../../src/operations/packages/get.ts';
import { listPackages } from '../../../src/operations/packages/list.ts';
import { listRuns } from '../../../src/operations/runs/list.ts';
import { listWorkspaces } from '../../../src/operations/workspaces/list.ts';
import { openStore } from '../../../src/store/store.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { countingDatabase } from '../store/counting-database.ts';
import { anOwner, world } from './world.ts';

beforeEach(freshGateway);

const NUMBERS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)';

/** Packages of an account, ids ascending; every third a workflow, every seventh archived. */
async function packages(accountId: number, count: number): Promise<void> {
	await env.DB.prepare(
		`${NUMBERS} INSERT INTO packages (account_id, workspace_id, name, flow_type, flow_version, status, version, owner_id, created_at, updated_at)
		SELECT ?2, (SELECT id FROM workspaces WHERE account_id = ?2), 'package ' || i, iif(i % 3 = 0, 'workflow', 'dataflow'), '2.0.0',
			iif(i % 7 = 0, 'archived', 'active'), 1, (SELECT user_id FROM members WHERE account_id = ?2), i, i FROM n`,
	)
		.bind(count, accountId)
		.run();
}

/** Runs of a package, ids ascending; every fifth failed, every second a child of another run. */
async function runs(accountId: number, packageId: number, count: number): Promise<void> {
	await env.DB.prepare(
		`${NUMBERS} INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, child, status, submitted_at, updated_at)
		SELECT ?2, ?3, 1, 1, 1, 'test', i % 2, iif(i % 5 = 0, 'failed', 'completed'), i, i FROM n`,
	)
		.bind(count, accountId, packageId)
		.run();
}

/** All rows of a list, page by page. */
async function everyPage<Row>(
	list: (cursor: string | undefined) => Promise<{ readonly rows: readonly Row[]; readonly next_cursor: string | null }>,
): Promise<Row[]> {
	const all: Row[] = [];
	let cursor: string | undefined;
	do {
		const page = await list(cursor);
		all.push(...page.rows);
		cursor = page.next_cursor ?? undefined;
	} while (cursor !== undefined);
	return all;
}

describe('pages', () => {
	test('of packages hold each one once, newest first, under every filter', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		await packages(principal.account.id, 230);
		const ids = async (filter: object) =>
			(
				await everyPage(async (cursor) => {
					const page = await listPackages(context, principal, { ...filter, limit: 30, cursor });
					return { rows: page.packages, next_cursor: page.next_cursor };
				})
			).map((row) => row.id);
		const made = Array.from({ length: 230 }, (_, i) => 230 - i);
		const active = made.filter((id) => id % 7 !== 0);
		expect(await ids({})).toEqual(active);
		expect(await ids({ status: 'archived' })).toEqual(made.filter((id) => id % 7 === 0));
		expect(await ids({ flow_type: 'workflow' })).toEqual(active.filter((id) => id % 3 === 0));
		expect(await ids({ workspace_id: 1, flow_type: 'dataflow' })).toEqual(active.filter((id) => id % 3 !== 0));
		expect(await ids({ workspace_id: 99 })).toEqual([]);
	});

	test('of runs leave children out unless asked, under every filter', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		await packages(principal.account.id, 2);
		await runs(principal.account.id, 1, 60);
		await runs(principal.account.id, 2, 60);
		const ids = async (filter: object) =>
			(
				await everyPage(async (cursor) => {
					const page = await listRuns(context, principal, { ...filter, limit: 7, cursor });
					return { rows: page.runs, next_cursor: page.next_cursor };
				})
			).map((row) => row.id);
		// Run i of a package is a child where i is odd and failed where it divides by 5.
		const made = Array.from({ length: 120 }, (_, k) => 120 - k);
		const own = made.filter((id) => id % 2 === 0);
		expect(await ids({})).toEqual(own);
		expect(await ids({ include_children: true })).toEqual(made);
		expect(await ids({ status: 'failed' })).toEqual(own.filter((id) => id % 5 === 0));
		expect(await ids({ status: 'failed', include_children: true })).toEqual(made.filter((id) => id % 5 === 0));
		expect(await ids({ package_id: 1 })).toEqual(own.filter((id) => id <= 60));
		expect(await ids({ package_id: 2, status: 'completed' })).toEqual(own.filter((id) => id > 60 && id % 5 !== 0));
	});

	test('of connections go by type', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		expect(await listConnections(context, principal, { limit: 1 })).toMatchObject({ connections: [{ id: 1 }], next_cursor: expect.any(String) });
		expect(await listConnections(context, principal, { connection_type_filter: 'sqlite' })).toMatchObject({
			connections: [{ id: 2, type: 'sqlite' }],
			next_cursor: null,
		});
	});
});

describe('cost', () => {
	/** Rows that D1 reads for one call of each list. */
	async function rowsRead(context: OperationContext, principal: Principal): Promise<Record<string, number>> {
		const counting = countingDatabase(env.DB);
		const counted = { ...context, store: openStore(counting.database) };
		const calls: Record<string, () => Promise<unknown>> = {
			workspaces: () => listWorkspaces(counted, principal, {}),
			packages: () => listPackages(counted, principal, {}),
			'packages of a workspace': () => listPackages(counted, principal, { workspace_id: 1 }),
			'archived workflows of a workspace': () => listPackages(counted, principal, { workspace_id: 1, flow_type: 'workflow', status: 'archived' }),
			'archived packages': () => listPackages(counted, principal, { status: 'archived' }),
			workflows: () => listPackages(counted, principal, { flow_type: 'workflow' }),
			runs: () => listRuns(counted, principal, {}),
			'runs with children': () => listRuns(counted, principal, { include_children: true }),
			'runs of a package': () => listRuns(counted, principal, { package_id: 1 }),
			'failed runs': () => listRuns(counted, principal, { status: 'failed' }),
			'failed runs of a package': () => listRuns(counted, principal, { package_id: 1, status: 'failed' }),
			'runs that never happen': () => listRuns(counted, principal, { package_id: 1, status: 'stopping' }),
			connections: () => listConnections(counted, principal, {}),
		};
		const cost: Record<string, number> = {};
		for (const [name, call] of Object.entries(calls)) {
			await call();
			cost[name] = counting.take().rowsRead;
		}
		return cost;
	}

	test('of every list is the same on 1,000 packages and runs as on 20,000 of each, and bounded by its page', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		const other = await anOwner(context, 'globex');
		await packages(principal.account.id, 1_000);
		await runs(principal.account.id, 1, 1_000);
		const few = await rowsRead(context, principal);
		await packages(other.principal.account.id, 10_000);
		await packages(principal.account.id, 10_000);
		await runs(principal.account.id, 1, 10_000);
		await runs(principal.account.id, 2, 10_000);
		const many = await rowsRead(context, principal);
		expect(many).toEqual(few);
		expect(Math.max(...Object.values(many))).toBeLessThanOrEqual(7 * 26);
		expect(many).toMatchObject({ workspaces: 2, 'runs that never happen': 1 });
	});
});

describe('the counters of a workspace', () => {
	const counters = async (context: OperationContext, principal: Principal) => {
		const { workspaces } = await listWorkspaces(context, principal, {});
		return workspaces.map((row) => [row.package_count, row.last_failed_jobs_count, row.last_completed_jobs_count]);
	};

	test('follow packages and their last runs, whoever writes them', async () => {
		const { context } = world();
		const { principal } = await anOwner(context, 'acme');
		const sql = (statement: string) => env.DB.prepare(statement).run();
		await sql(`INSERT INTO workspaces (account_id, name, created_at) VALUES (1, 'Finance', 1)`);
		await packages(1, 3);
		expect(await counters(context, principal)).toEqual([
			[3, 0, 0],
			[0, 0, 0],
		]);

		await sql(
			`INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, updated_at) VALUES (1, 1, 1, 1, 1, 'test', 'pending', 1, 1)`,
		);
		expect(await counters(context, principal)).toEqual([
			[3, 0, 0],
			[0, 0, 0],
		]);
		await sql(`UPDATE runs SET status = 'failed'`);
		expect(await counters(context, principal)).toEqual([
			[3, 1, 0],
			[0, 0, 0],
		]);

		await sql(`UPDATE packages SET workspace_id = 2 WHERE id = 1`);
		expect(await counters(context, principal)).toEqual([
			[2, 0, 0],
			[1, 1, 0],
		]);
		await runs(1, 1, 1);
		expect(await counters(context, principal)).toEqual([
			[2, 0, 0],
			[1, 0, 1],
		]);
		await sql(`UPDATE runs SET status = 'stopped' WHERE id = 1`);
		expect(await counters(context, principal), 'an older run says nothing about the last').toEqual([
			[2, 0, 0],
			[1, 0, 1],
		]);

		await sql(`UPDATE packages SET status = 'archived', workspace_id = 1, last_run_status = 'failed' WHERE id = 1`);
		expect(await counters(context, principal)).toEqual([
			[2, 0, 0],
			[0, 0, 0],
		]);
		await sql(`UPDATE packages SET status = 'active' WHERE id = 1`);
		expect(await counters(context, principal)).toEqual([
			[3, 1, 0],
			[0, 0, 0],
		]);
		await sql(`DELETE FROM packages WHERE id = 1`);
		expect(await counters(context, principal)).toEqual([
			[2, 0, 0],
			[0, 0, 0],
		]);
		expect(await listPackages(context, principal, {})).toMatchObject({ packages: [{ id: 3, last_run_status: null }, { id: 2 }] });
	});
});

describe('another account', () => {
	test('shows up in no list, and its ids are told in the same words as ids of nobody', async () => {
		const { context } = world();
		const { principal: acme } = await anOwner(context, 'acme');
		const { principal: globex } = await anOwner(context, 'globex');
		await packages(acme.account.id, 3);
		await runs(acme.account.id, 1, 6);
		expect((await listPackages(context, globex, {})).packages).toEqual([]);
		expect((await listPackages(context, globex, { workspace_id: 1 })).packages).toEqual([]);
		expect((await listRuns(context, globex, { include_children: true })).runs).toEqual([]);
		expect((await listRuns(context, globex, { package_id: 1, include_children: true })).runs).toEqual([]);
		expect((await listWorkspaces(context, globex, {})).workspaces.map((row) => row.id)).toEqual([2]);
		expect((await listConnections(context, globex, {})).connections.map((row) => row.id)).toEqual([3, 4]);
		const foreign: unknown = await getPackage(context, globex, { package_id: 1 }).catch((error: unknown) => error);
		const nobodys: unknown = await getPackage(context, globex, { package_id: 4 }).catch((error: unknown) => error);
		expect(foreign).toMatchObject({ code: 'not_found', message: 'package 1 not found in this account' });
		expect(nobodys).toMatchObject({ code: 'not_found', message: 'package 4 not found in this account' });
	});
});
