import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let owner: TestAccount;
let package_id: number;

const content = (result: ToolResult) => result.structuredContent as Record<string, unknown>;
const error = (result: ToolResult) => result._meta?.['headgate/error'] as { code: string; message: string; hint: string } | undefined;
const create = (over: Record<string, unknown> = {}, account = owner) =>
	callTool(account, 'create_schedule', { package_id, name: 'nightly', cron: '0 6 * * *', ...over });
const get = async (schedule_id: unknown) => content(await callTool(owner, 'get_schedule', { schedule_id }));
const rows = async () => (await env.DB.prepare('SELECT * FROM schedules').all()).results;

beforeEach(async () => {
	await freshGateway();
	owner = await anAccount('acme');
	// Of the account's embedded database.
	package_id = await aPackage({ database_source_component: { id: 'in', name: 'in', connection_id: 2, access_mode: 'query', query: 'SELECT 1 AS n' } });
});

async function aPackage(source: object): Promise<number> {
	const created = await callTool(owner, 'create_package', {
		name: 'Costs',
		flow_type: 'dataflow',
		components: [source, { result_destination_component: { id: 'out', name: 'out' } }],
		edges: [{ source: 'in', target: 'out' }],
		variables: { region: 'eu', key: { type: 'string', secret: true } },
	});
	return Number(content(created)['package_id']);
}

describe('a schedule', () => {
	test('of a package that takes its rows from a payload is refused: it has none to give', async () => {
		const source = { payload_source_component: { id: 'in', name: 'orders of the day', fields: [{ name: 'n', type: 'integer' }] } };
		const refused = error(await create({ package_id: await aPackage(source) }));
		expect(refused).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('"orders of the day" takes its rows from the payload') });
		expect(await rows()).toEqual([]);
	});

	test('is made, listed, shown whole, found by words and named by its package', async () => {
		const made = content(await create({ description: 'for the morning report', auto_retry_attempts: 3, variables: { region: 'us' } }));
		expect(made).toMatchObject({ schedule_id: 1, version: 1, dry_run: false, changed: true, next_run_at: expect.stringMatching(/T06:00:00\.000Z$/) });
		const item = { id: 1, name: 'nightly', package_id, package_name: 'Costs', enabled: true, cron: '0 6 * * *', interval_amount: null, interval_unit: null };
		const never = { last_run_at: null, last_run_id: null, last_run_status: null, execution_count: 0, last_error: null };
		expect(content(await callTool(owner, 'list_schedules'))).toEqual({
			schedules: [{ ...item, ...never, next_run_at: made['next_run_at'] }],
			next_cursor: null,
		});
		expect(await get(1)).toMatchObject({
			...item,
			...never,
			version: 1,
			description: 'for the morning report',
			overlap: 'skip',
			auto_retry: true,
			auto_retry_attempts: 3,
			cluster_id: null,
			cluster_reuse: 'any',
			variables: { region: 'us' },
			dynamic_variables: {},
			skipped_count: 0,
			waiting_since: null,
			upcoming: [made['next_run_at'], expect.any(String), expect.any(String)],
			recent_runs: [],
		});
		expect(content(await callTool(owner, 'search_all', { query: 'morning' }))).toMatchObject({ results: [{ type: 'schedule', id: 1, name: 'nightly' }] });
		expect(content(await callTool(owner, 'get_package', { package_id }))).toMatchObject({
			schedules: [{ id: 1, name: 'nightly', enabled: true, when: '0 6 * * * UTC', next_run_at: made['next_run_at'] }],
		});
	});

	test('is listed by package and by whether it is on', async () => {
		await create();
		await create({ name: 'off', enabled: false });
		const ids = async (filter: object) =>
			(content(await callTool(owner, 'list_schedules', { ...filter }))['schedules'] as { id: number }[]).map(({ id }) => id);
		expect(await ids({})).toEqual([2, 1]);
		expect(await ids({ enabled: true })).toEqual([1]);
		expect(await ids({ enabled: false })).toEqual([2]);
		expect(await ids({ package_id })).toEqual([2, 1]);
		expect(await ids({ package_id: 999 })).toEqual([]);
	});

	test('that is only tried tells its fires and writes nothing', async () => {
		const tried = content(await create({ dry_run: true, interval_amount: 2, interval_unit: 'hours', cron: undefined, start_at: '2090-01-01T00:00:00Z' }));
		expect(tried).toMatchObject({ dry_run: true, upcoming: ['2090-01-01T00:00:00.000Z', '2090-01-01T02:00:00.000Z', '2090-01-01T04:00:00.000Z'] });
		expect(tried['schedule_id']).toBeUndefined();
		expect(await rows()).toEqual([]);
	});

	test.each([
		[{ cron: '0 25 * * *' }, 'cron "0 25 * * *" is not valid'],
		[{ cron: '0 0 30 2 *' }, 'never fires'],
		[{ cron: undefined }, 'not said when'],
		[{ interval_amount: 1, interval_unit: 'hours' }, 'both cron and an interval'],
		[{ cron: undefined, interval_amount: 1 }, 'not said when'],
		[{ cron: undefined, interval_amount: 121, interval_unit: 'months' }, 'a schedule fires every 1 to 120 months'],
		[{ start_at: '2027-01-01' }, 'not a moment with a zone'],
		[{ start_at: '2027-02-30T00:00:00Z' }, 'a day that there is not'],
		[{ variables: { regoin: 'us' } }, 'the package has no variable "regoin"'],
		[{ dynamic_variables: { region: 'upper(' } }, 'no run of this schedule could begin'],
		[{ cluster_id: 999 }, 'cluster 999 not found'],
		[{ auto_retry_attempts: 6 }, 'auto_retry_attempts'],
		[{ name: '  ' }, 'name is empty'],
	])('with %j is refused in words, and nothing is written', async (over, words) => {
		const result = await create(over);
		expect(result.isError).toBe(true);
		expect(result.content[0]?.text).toContain(words);
		expect(await rows()).toEqual([]);
	});
});

describe('a change', () => {
	test('keeps what is not given, and tells what differs', async () => {
		await create({ variables: { region: 'us' } });
		const changed = content(await callTool(owner, 'update_schedule', { schedule_id: 1, interval_amount: 30, interval_unit: 'minutes', overlap: 'queue' }));
		expect(changed).toMatchObject({ schedule_id: 1, version: 2, changed: true });
		expect(changed['changes']).toEqual([
			{ field: 'cron', before: '0 6 * * *', after: null },
			{ field: 'interval_amount', before: null, after: 30 },
			{ field: 'interval_unit', before: null, after: 'minutes' },
			{ field: 'overlap', before: 'skip', after: 'queue' },
		]);
		expect(await get(1)).toMatchObject({
			name: 'nightly',
			cron: null,
			interval_amount: 30,
			interval_unit: 'minutes',
			overlap: 'queue',
			variables: { region: 'us' },
		});
	});

	test('that changes nothing makes no version', async () => {
		await create();
		expect(content(await callTool(owner, 'toggle_schedule', { schedule_id: 1, enabled: true }))).toMatchObject({ version: 1, changed: false, changes: [] });
	});

	test('from an old version is refused with the current one', async () => {
		await create();
		await callTool(owner, 'toggle_schedule', { schedule_id: 1, enabled: false });
		for (const [tool, args] of [
			['toggle_schedule', { enabled: true }],
			['update_schedule', { name: 'other' }],
			['delete_schedule', {}],
		] as const) {
			const stale = await callTool(owner, tool, { schedule_id: 1, expected_version: 1, ...args });
			expect(error(stale)).toMatchObject({ code: 'conflict', message: 'schedule 1 is at version 2, not 1: nothing was written' });
		}
		expect(await rows()).toMatchObject([{ version: 2, enabled: 0, name: 'nightly', next_run_at: null }]);
	});

	test('is made once for one idempotency key, whichever tool', async () => {
		const first = content(await create({ idempotency_key: 'a' }));
		expect(content(await create({ idempotency_key: 'a' }))).toEqual(first);
		const off = { schedule_id: 1, enabled: false, idempotency_key: 'b' };
		expect(content(await callTool(owner, 'toggle_schedule', off))).toEqual(content(await callTool(owner, 'toggle_schedule', off)));
		const gone = { schedule_id: 1, idempotency_key: 'c' };
		expect(content(await callTool(owner, 'delete_schedule', gone))).toEqual(content(await callTool(owner, 'delete_schedule', gone)));
		expect(await rows()).toEqual([]);
	});

	test('that is only tried writes nothing', async () => {
		await create();
		const before = await rows();
		for (const [tool, args] of [
			['toggle_schedule', { enabled: false }],
			['update_schedule', { cron: '0 7 * * *' }],
			['delete_schedule', {}],
		] as const)
			expect(content(await callTool(owner, tool, { schedule_id: 1, dry_run: true, ...args }))).toMatchObject({ dry_run: true });
		expect(await rows()).toEqual(before);
	});

	test('makes its writer the owner, except for switching off', async () => {
		await create();
		const editor = { ...owner, token: await aToken('acme', { role: 'editor' }) };
		const ownerOf = async () => (await get(1))['owner'];
		const first = await ownerOf();
		await callTool(editor, 'toggle_schedule', { schedule_id: 1, enabled: false });
		expect(await ownerOf()).toBe(first);
		await callTool(editor, 'toggle_schedule', { schedule_id: 1, enabled: true });
		expect(await ownerOf()).not.toBe(first);
	});
});

test('a secret value goes in sealed and never comes out', async () => {
	const made = await create({ variables: { key: 'S3cret', region: 'us' } });
	const updated = await callTool(owner, 'update_schedule', { schedule_id: 1, variables: { key: 'An0ther' } });
	expect(content(updated)['changes']).toEqual([{ field: 'variables', before: { key: '[redacted]', region: 'us' }, after: { key: '[redacted]' } }]);
	const same = await callTool(owner, 'update_schedule', { schedule_id: 1, variables: { key: 'An0ther' } });
	expect(content(same)).toMatchObject({ changed: false });
	const again = await callTool(owner, 'update_schedule', { schedule_id: 1, variables: { key: 'Th1rd' } });
	expect(content(again)).toMatchObject({ changed: true, changes: [{ field: 'variables' }] });
	expect(await get(1)).toMatchObject({ variables: { key: '[redacted]' } });
	expect(JSON.stringify([made, updated, again, await get(1), await rows()])).not.toMatch(/S3cret|An0ther|Th1rd/);
});

test('a token that may write but not run cannot make the gateway run for it', async () => {
	const writer = { ...owner, token: await aToken('acme', { scopes: ['write'] }) };
	expect(error(await create({}, writer))).toMatchObject({ code: 'forbidden' });
	await create({ enabled: false });
	expect(error(await callTool(writer, 'toggle_schedule', { schedule_id: 1, enabled: true }))).toMatchObject({ code: 'forbidden' });
	expect(await rows()).toMatchObject([{ enabled: 0 }]);
});

describe('a package with an active schedule', () => {
	test('is not archived until the schedule is off', async () => {
		await create();
		expect(error(await callTool(owner, 'delete_package', { package_id }))).toMatchObject({
			code: 'conflict',
			message: `package ${package_id} is run by an active schedule: "nightly" (schedule_id 1)`,
		});
		expect(error(await callTool(owner, 'delete_package', { package_id, dry_run: true }))).toMatchObject({ code: 'conflict' });
		await callTool(owner, 'toggle_schedule', { schedule_id: 1, enabled: false });
		expect(content(await callTool(owner, 'delete_package', { package_id }))).toMatchObject({ status: 'archived' });
		expect(error(await callTool(owner, 'toggle_schedule', { schedule_id: 1, enabled: true }))).toMatchObject({
			code: 'conflict',
			message: `package ${package_id} is archived`,
		});
		expect(error(await create())).toMatchObject({ code: 'conflict' });
	});

	test('stays active or has no active schedule, whoever of the two comes first', async () => {
		const [archived, ...made] = await Promise.all([callTool(owner, 'delete_package', { package_id }), create(), create({ name: 'other' })]);
		const enabled = (await env.DB.prepare('SELECT count(*) AS n FROM schedules WHERE enabled = 1').first<{ n: number }>())?.n ?? 0;
		const status = await env.DB.prepare('SELECT status FROM packages').first('status');
		expect(enabled > 0).toBe(status === 'active');
		expect(archived?.isError === true).toBe(status === 'active');
		expect(made.filter((result) => result.isError !== true)).toHaveLength(enabled);
	});
});

test('a member from whom a package is hidden sees neither its schedules nor changes them', async () => {
	await create();
	const editor = { ...owner, token: await aToken('acme', { role: 'editor' }) };
	const admin = { ...owner, token: await aToken('acme', { scopes: ['admin'] }) };
	const member = String(await env.DB.prepare("SELECT email FROM users JOIN members ON members.user_id = users.id WHERE role = 'editor'").first('email'));
	await callTool(admin, 'set_package_permissions', { package_id, member, permissions: [] });
	expect(content(await callTool(editor, 'list_schedules'))).toMatchObject({ schedules: [] });
	expect(content(await callTool(editor, 'search_all', { query: 'nightly' }))).toMatchObject({ results: [] });
	for (const [tool, args] of [
		['get_schedule', {}],
		['toggle_schedule', { enabled: false }],
		['update_schedule', { name: 'x' }],
		['delete_schedule', {}],
	] as const)
		expect(error(await callTool(editor, tool, { schedule_id: 1, ...args }))).toMatchObject({
			code: 'not_found',
			message: 'schedule 1 not found in this account',
		});
});
