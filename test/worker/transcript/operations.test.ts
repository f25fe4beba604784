import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { callTool } from '../../support/gateway.ts';
import { PEERS } from '../../support/peers.ts';
import { type Call, question } from './conversation.ts';
import { type Demo, demoAccount } from './demo-account.ts';

let demo: Demo;

beforeAll(async () => {
	await freshGateway();
	demo = await demoAccount();
});

const ask = (asked: string, tools: readonly string[], answer: (call: Call) => Promise<void>) => question(asked, tools, () => demo.account, answer);

interface ListedRun {
	readonly id: number;
	readonly package_id: number;
	readonly package_name: string;
	readonly status: string;
	readonly last_error: string | null;
	readonly outputs: readonly { readonly name: string; readonly records_count: number }[];
}

const today = { since: new Date(Date.now() - 86_400_000).toISOString() };
const thisWeek = { since: new Date(Date.now() - 7 * 86_400_000).toISOString() };
const lastHour = { since: new Date(Date.now() - 3_600_000).toISOString() };

describe('how is the account doing', () => {
	ask('Which workspaces are there, and how healthy is each?', ['list_workspaces'], async (call) => {
		expect(await call('list_workspaces')).toMatchObject({
			workspaces: [{ name: 'Unassigned', package_count: 5, last_failed_jobs_count: 1, last_completed_jobs_count: 4 }],
		});
	});

	ask('Give each pipeline one line: how is it?', ['list_packages'], async (call) => {
		const { packages } = await call<{ packages: { name: string; last_run_status: string }[] }>('list_packages', { status: 'active', limit: 10 });
		expect(Object.fromEntries(packages.map(({ name, last_run_status }) => [name, last_run_status]))).toEqual({
			'Busiest airports': 'completed',
			'Bird strike costs': 'completed',
			'Seattle weather by month': 'completed',
			'Wettest days': 'failed',
			'CRM contacts': 'completed',
		});
	});

	ask('What ran in the last 24 hours, and how many records did each run move?', ['list_runs'], async (call) => {
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', today);
		expect(Object.fromEntries(runs.map(({ package_name, outputs }) => [package_name, outputs.map(({ records_count }) => records_count)]))).toEqual({
			'Busiest airports': [expect.any(Number), 10],
			'Bird strike costs': [expect.any(Number)],
			'Seattle weather by month': [12],
			'Wettest days': [],
			'CRM contacts': [2],
		});
	});

	ask('Sum up the health of the system today: what needs somebody?', ['get_system_health'], async (call) => {
		expect(await call('get_system_health', { window_hours: 24 })).toMatchObject({
			status: expect.stringMatching(/degraded|failing/),
			runs: { completed: 4, failed: 1, bad_records: 2 },
			failing_packages: [{ package_id: demo.packages.failing, name: 'Wettest days', run_id: demo.runs.failing }],
		});
	});

	ask('Which pipelines fail or are degraded right now?', ['list_packages', 'get_system_health'], async (call) => {
		const { packages } = await call<{ packages: { name: string; last_run_status: string }[] }>('list_packages');
		expect(packages.filter(({ last_run_status }) => last_run_status === 'failed').map(({ name }) => name)).toEqual(['Wettest days']);
		expect(await call('get_system_health')).toMatchObject({ failing_packages_count: 1 });
	});

	ask('What is the error rate over all pipelines this week?', ['get_system_health', 'list_runs'], async (call) => {
		expect(await call('get_system_health', { window_hours: 168 })).toMatchObject({ runs: { runs: 5, failure_rate: 0.2 } });
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { ...thisWeek, status: 'failed' });
		expect(runs).toHaveLength(1);
	});

	ask('Which packages did not run successfully this week?', ['list_packages', 'list_runs'], async (call) => {
		const { packages } = await call<{ packages: { id: number; name: string }[] }>('list_packages');
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { ...thisWeek, status: 'completed', limit: 100 });
		const succeeded = new Set(runs.map(({ package_id }) => package_id));
		expect(packages.filter(({ id }) => !succeeded.has(id)).map(({ name }) => name)).toEqual(['Wettest days']);
	});

	ask('How many records went where yesterday and today?', ['list_runs'], async (call) => {
		const { runs } = await call<{ runs: { outputs: { name: string; target: string | null; records_count: number }[] }[] }>('list_runs', {
			...thisWeek,
			limit: 100,
		});
		const moved = Object.fromEntries(runs.flatMap(({ outputs }) => outputs.map(({ name, records_count }) => [name, records_count])));
		expect(moved).toEqual({ 'top ten airports': 10, busiest_airports: expect.any(Number), report: expect.any(Number), 'weather by month': 12, contacts: 2 });
		expect(moved['busiest_airports']).toBeGreaterThan(200);
	});

	ask('Which compute clusters are there, and is anything waiting?', ['list_clusters', 'get_system_health'], async (call) => {
		expect(await call('list_clusters')).toMatchObject({ clusters: [expect.objectContaining({ id: expect.any(Number) })] });
		expect(await call('get_system_health')).toMatchObject({ clusters: [{ running: 0, queued: 0 }] });
	});
});

describe('what went wrong', () => {
	ask('Which jobs failed in the last 24 hours, and what are the commonest errors?', ['list_runs', 'explain_job_failure'], async (call) => {
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { ...today, status: 'failed' });
		expect(runs.map(({ id }) => id)).toEqual([demo.runs.failing]);
		expect(await call('explain_job_failure', { run_id: runs[0]?.id })).toMatchObject({
			error_patterns: [{ pattern: 'ERROR' }, { pattern: 'schema', example: expect.stringContaining('precipitation') }],
		});
	});

	ask('Why did this run fail, and how is it put right?', ['explain_job_failure'], async (call) => {
		const explained = await call<{ primary_error: { name: string; message: string; hint: string }; next_steps: string[]; log_tail: string[] }>(
			'explain_job_failure',
			{
				run_id: demo.runs.failing,
				log_tail_lines: 100,
			},
		);
		expect(explained.primary_error.name).toBe('latest weather');
		expect(explained.primary_error.message).toContain('precipitation');
		expect(`${explained.primary_error.hint} ${explained.next_steps.join(' ')}`).toContain('precipitation_mm');
		expect(explained.log_tail.length).toBeGreaterThan(0);
	});

	ask('My weather sync just failed: what broke?', ['list_runs', 'explain_job_failure', 'get_package'], async (call) => {
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { status: 'failed', limit: 1 });
		await call('explain_job_failure', { run_id: runs[0]?.id });
		expect(await call('get_package', { name: 'wettest days' })).toMatchObject({ connections: [{ id: demo.storage, type: 'r2' }], last_run_status: 'failed' });
	});

	ask('The contacts flow had bad rows this morning: which?', ['list_runs', 'get_run_errors'], async (call) => {
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { package_id: demo.packages.contacts, ...today });
		expect(await call('get_run_errors', { run_id: runs[0]?.id })).toMatchObject({
			errors: [
				{ name: 'as the warehouse has them', record: expect.stringContaining('grace@example.com'), message: expect.stringContaining('yesterday') },
				{ name: 'as the warehouse has them', record: expect.stringContaining('joan@example.com'), message: expect.stringContaining('three') },
			],
		});
	});

	ask('Group the errors of that run by kind, with a sample of each', ['get_run_errors'], async (call) => {
		const { classes, errors } = await call<{ classes: { class: string; count: number }[]; errors: { class: string; record: string }[] }>('get_run_errors', {
			run_id: demo.runs.contacts,
		});
		expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(2);
		for (const each of classes) expect(errors.find((error) => error.class === each.class)?.record).toContain('@example.com');
	});

	ask('What are the five commonest error classes of the contacts flow this week?', ['get_package_error_summary'], async (call) => {
		const summary = await call<{ classes: { kind: string; count: number }[] }>('get_package_error_summary', {
			package_id: demo.packages.contacts,
			...thisWeek,
			limit: 5,
		});
		expect(summary).toMatchObject({ package_name: 'CRM contacts', runs: 1, failed_runs: 0 });
		expect(summary.classes.reduce((sum, { count }) => sum + count, 0)).toBe(2);
	});

	ask('Which runs failed within the last hour, and which connector do they share?', ['list_runs', 'get_package', 'list_connections'], async (call) => {
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { ...lastHour, status: 'failed' });
		const used = await Promise.all(runs.map(({ package_id }) => call<{ connections: { id: number }[] }>('get_package', { package_id })));
		const shared = used.map(({ connections }) => connections.map(({ id }) => id)).reduce((both, ids) => both.filter((id) => ids.includes(id)));
		const { connections } = await call<{ connections: { id: number; name: string }[] }>('list_connections');
		expect(connections.filter(({ id }) => shared.includes(id)).map(({ name }) => name)).toEqual(['Embedded storage']);
	});

	ask('Everything about this run, with times and counts', ['get_run'], async (call) => {
		expect(await call('get_run', { run_id: demo.runs.weather })).toMatchObject({
			status: 'completed',
			progress: 1,
			runtime_in_seconds: expect.any(Number),
			components: expect.arrayContaining([expect.objectContaining({ id: 'weather', state: 'done', rows_out: 1461 })]),
			outputs: [{ records_count: 12, rows: expect.arrayContaining([expect.objectContaining({ month: 1, days: 124 })]) }],
		});
	});

	ask('When did the weather flow last succeed?', ['list_runs'], async (call) => {
		const { runs } = await call<{ runs: ListedRun[] }>('list_runs', { package_id: demo.packages.weather, status: 'completed', limit: 1 });
		expect(runs).toMatchObject([{ id: demo.runs.weather, completed_at: expect.any(String) }]);
	});

	ask("Draft a postmortem of today's failed sync", ['explain_job_failure', 'get_run', 'list_package_versions'], async (call) => {
		const run_id = demo.runs.failing;
		expect(await call('explain_job_failure', { run_id })).toMatchObject({
			package_name: 'Wettest days',
			status: 'failed',
			failed_components: [{ id: 'latest' }],
		});
		expect(await call('get_run', { run_id })).toMatchObject({ submitted_at: expect.any(String), failed_at: expect.any(String), package_version: 1 });
		expect(await call('list_package_versions', { package_id: demo.packages.failing })).toMatchObject({ versions: [{ version: 1, tool: 'create_package' }] });
	});
});

/** What the documents of the four peers promise of a call, beside the shapes that `test/contract/peers.test.ts` compares. */
describe('what users of the peers count on', () => {
	const told = async (tool: string, args: object) => {
		const { isError = false, content, structuredContent } = await callTool(demo.account, tool, { ...args });
		return { isError, text: content[0]?.text ?? '', value: structuredContent };
	};

	test('an argument past the limit of their documents is refused with the limit', async () => {
		const own = { run_id: demo.runs.failing, connection_id: demo.database, table: 'busiest_airports', query: 'weather', name: 'too long' };
		const limited = Object.values(PEERS).flatMap((tools) =>
			Object.values(tools).flatMap(({ here, arguments: given = {} }) =>
				Object.entries(given).flatMap(([name, { max }]) => (max === undefined ? [] : [{ tool: here[0] ?? '', name, max }])),
			),
		);
		expect(limited.map(({ tool }) => tool)).toEqual(['search_all', 'get_run', 'explain_job_failure', 'preview_data', 'create_package']);
		for (const { tool, name, max } of limited) {
			const { isError, text } = await told(tool, { ...own, [name]: name === 'description' ? 'x'.repeat(max + 1) : max + 1 });
			expect({ tool, isError, text }).toEqual({ tool, isError: true, text: expect.stringMatching(new RegExp(`${name} .*at most ${max}`)) });
		}
	});

	/** Each: the tool, its arguments, the words of the refusal. */
	const refused: readonly [string, (demo: Demo) => object, RegExp][] = [
		['discover_schema', ({ storage }) => ({ connection_id: storage }), /^connection not found, or not a database connection$/m],
		['preview_data', ({ storage }) => ({ connection_id: storage, table: 'x' }), /^connection not found, or not a database connection$/m],
		['preview_data', ({ database }) => ({ connection_id: database, table: 'busiest_airports', where_clause: 'flights > 1; drop table x' }), /; is not allowed/],
		[
			'preview_data',
			({ database }) => ({ connection_id: database, table: 'busiest_airports', where_clause: 'flights > 1 -- all' }),
			/Comments are not allowed/,
		],
		['test_connection', ({ database }) => ({ connection_id: database, connection_type: 'r2' }), /is of type sqlite, not r2/],
		[
			'update_package_components',
			({ packages }) => ({
				package_id: packages.failing,
				updates: [
					{ component_name: 'latest weather', updates: { path: 'x.csv' } },
					{ component_name: 'nobody', updates: {} },
				],
			}),
			/no component is called "nobody": nothing was written/,
		],
		[
			'update_package_edges',
			({ packages }) => ({ package_id: packages.failing, edges: [{ source: 'latest', target: 'nobody' }] }),
			/no component has the id or name "nobody"/,
		],
		[
			'remove_package_components',
			({ packages }) => ({ package_id: packages.failing, component_names: ['ten wettest', 'nobody'] }),
			/"nobody": nothing was written/,
		],
		[
			'manage_package_variables',
			({ packages }) => ({ package_id: packages.failing, set: { k: { type: 'string', secret: true } } }),
			/secret variable: nothing was written/,
		],
		['list_runs', () => ({ status: 'FAILED' }), /did you mean failed\?/],
		['get_package_error_summary', () => ({ name: 'Nobody', since: '7d' }), /no package is called "Nobody"/],
		['search_package_code', () => ({ pattern: '.', name: 'Wettest day' }), /Did you mean "Wettest days"\?/],
		['list_runs', () => ({ since: 'yesterday' }), /or so long ago: 30m, 24h, 7d/],
	];
	test.each(refused)('%s refuses what it does not do, and says so: %#', async (tool, args, words) => {
		const { isError, text } = await told(tool, args(demo));
		expect([isError, text]).toEqual([true, expect.stringMatching(words)]);
		const { structuredContent } = await callTool(demo.account, 'get_package', { package_id: demo.packages.failing });
		expect(structuredContent).toMatchObject({ version: 1 });
	});

	/** Each: the tool, its arguments, what stands in the answer. */
	const answered: readonly [string, (demo: Demo) => object, (demo: Demo) => object][] = [
		['cancel_job', ({ runs }) => ({ run_id: runs.failing }), ({ runs }) => ({ run_id: runs.failing, status: 'failed' })],
		['get_package', () => ({ name: 'bird STRIKE costs' }), () => ({ sources: ['Embedded storage'], destinations: ['Embedded storage'], component_count: 5 })],
		[
			'list_connections',
			() => ({ connection_type_filter: 'sqlite' }),
			({ database }) => ({ connections: [{ id: database, name: 'Embedded database', type: 'sqlite', status: 'ok' }] }),
		],
		['list_runs', () => ({ name: 'Wettest days', since: '1h' }), ({ runs }) => ({ runs: [{ id: runs.failing, status: 'failed' }], next_cursor: null })],
		['search_runs', () => ({ name: 'CRM contacts' }), ({ runs }) => ({ runs: [{ id: runs.contacts }] })],
		['get_package_error_summary', () => ({ name: 'CRM contacts', since: '7d' }), () => ({ classes: [{ class: 'invalid_cast', count: 2 }] })],
		[
			'search_package_code',
			() => ({ name: 'Wettest days', pattern: 'precip' }),
			() => ({ packages_searched: 1, matches: [{ component: 'latest weather' }, { component: 'ten wettest' }] }),
		],
		['clone_package', ({ packages }) => ({ package_id: packages.weather, name: 'A copy', dry_run: true }), () => ({ dry_run: true })],
		[
			'trigger_sync',
			() => ({ name: 'Busiest airports', dry_run: true }),
			() => ({ dry_run: true, would: { writes: expect.arrayContaining([expect.stringContaining('busiest_airports')]) } }),
		],
		['test_connection', ({ database }) => ({ connection_id: database, connection_type: 'sqlite' }), () => ({ success: true, error_message: null })],
	];
	test.each(answered)('%s answers as they know it: %#', async (tool, args, value) => {
		const answer = await told(tool, args(demo));
		expect(answer).toMatchObject({ isError: false, value: value(demo) });
	});

	test('tells of a completed run that refused records, and where they are', async () => {
		const rows = [
			{ id: 7, email: 'kay@example.com', signed_up: '2024-05-01' },
			{ id: 8, email: 'lin@example.com', signed_up: 'soon' },
		];
		const { value } = await told('run_package', { package_id: demo.packages.contacts, payload: rows, wait_seconds: 50 });
		const run_id = value?.['run_id'];
		expect(value).toMatchObject({
			status: 'completed',
			next_step: `It completed, but 1 record was refused: get_run_errors with run_id ${run_id} shows them.`,
		});
	});

	test('previews twenty rows unless asked for others, and lists each package with the systems it reads and writes', async () => {
		const { value } = await told('preview_data', { connection_id: demo.database, table: 'busiest_airports' });
		expect(value).toMatchObject({ row_count: 20, truncated: true });
		expect((await told('list_packages', {})).value?.['packages']).toEqual(
			expect.arrayContaining([expect.objectContaining({ name: 'Busiest airports', sources: ['Embedded storage'], destinations: ['Embedded database'] })]),
		);
	});
});
