import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let package_id: number;
let run_id: number;

const BAD = 45;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const made = await callTool(account, 'create_package', {
		name: 'numbers',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'text', type: 'string' }] } },
			{ select_component: { id: 'cast', name: 'as numbers', on_error: 'skip', columns: [{ expression: 'CAST(text AS integer)', alias: 'n' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'cast' },
			{ source: 'cast', target: 'out' },
		],
	});
	expect(made.isError, made.content[0]?.text).not.toBe(true);
	package_id = Number(made.structuredContent?.['package_id']);
	const payload = Array.from({ length: 60 }, (_, index) => ({ text: index < BAD ? `word ${index}` : String(index) }));
	const run = await callTool(account, 'run_package', { package_id, payload, wait_seconds: 30 });
	expect(run.structuredContent, run.content[0]?.text).toMatchObject({ status: 'completed' });
	run_id = Number(run.structuredContent?.['run_id']);
});

const errorOf = (result: ToolResult) => result._meta?.['headgate/error'] as { code: string; message: string } | undefined;

interface Errors {
	readonly classes: readonly { readonly component: string; readonly class: string; readonly count: number }[];
	readonly errors: readonly { readonly component: string; readonly row: number; readonly class: string; readonly record: string }[];
	readonly next_cursor: string | null;
}
const errors = async (args: Record<string, unknown> = {}) => {
	const result = await callTool(account, 'get_run_errors', { run_id, ...args });
	expect(result.isError, result.content[0]?.text).not.toBe(true);
	return result.structuredContent as unknown as Errors;
};

describe('get_run_errors', () => {
	test('gives every bad record once, page by page, with component, row, class and the record', async () => {
		const first = await errors();
		expect(first.classes).toEqual([{ component: 'cast', class: expect.any(String), count: BAD }]);
		expect(first.errors).toHaveLength(20);
		expect(first.errors[0]).toMatchObject({
			component: 'cast',
			name: 'as numbers',
			row: 1,
			message: expect.stringContaining('word 0'),
			record: '{"text":"word 0"}',
		});
		const second = await errors({ cursor: first.next_cursor, limit: 20 });
		const third = await errors({ cursor: second.next_cursor, limit: 20 });
		expect(third.next_cursor).toBeNull();
		expect([...first.errors, ...second.errors, ...third.errors].map(({ row }) => row)).toEqual(Array.from({ length: BAD }, (_, index) => index + 1));
	});

	test('narrows by class and by component, by its id or its name', async () => {
		const { classes } = await errors();
		expect((await errors({ class: classes[0]?.class, limit: 100 })).errors).toHaveLength(BAD);
		expect((await errors({ component: 'as numbers', limit: 100 })).errors).toHaveLength(BAD);
		for (const other of [{ class: 'no_such_class' }, { component: 'out' }]) expect(await errors(other)).toMatchObject({ errors: [], next_cursor: null });
	});
});

describe('get_package_error_summary', () => {
	test('counts the classes of the runs in the window', async () => {
		const { structuredContent } = await callTool(account, 'get_package_error_summary', { package_id });
		expect(structuredContent).toMatchObject({
			runs: 1,
			failed_runs: 0,
			classes: [{ component: 'cast', kind: 'bad_record', count: BAD, runs: 1, last_run_id: run_id }],
		});
		const before = await callTool(account, 'get_package_error_summary', { package_id, until: '2020-01-01' });
		expect(before.structuredContent).toMatchObject({ runs: 0, classes: [] });
	});
});

describe('list_runs', () => {
	test('tells records per destination and the rate of bad records', async () => {
		const { structuredContent } = await callTool(account, 'list_runs', { package_id });
		expect(structuredContent).toMatchObject({
			runs: [{ id: run_id, outputs: [{ name: 'out', records_count: 60 - BAD }], bad_records: BAD, error_rate: BAD / 60 }],
		});
	});

	test('narrows to a window and to several statuses', async () => {
		const ids = async (args: Record<string, unknown>) =>
			((await callTool(account, 'list_runs', args)).structuredContent as { runs: { id: number }[] }).runs.map(({ id }) => id);
		expect(await ids({ statuses: ['failed', 'completed'] })).toEqual([run_id]);
		expect(await ids({ statuses: ['failed', 'stopped'], include_children: true })).toEqual([]);
		expect(await ids({ since: '2020-01-01', until: '2999-01-01T00:00:00Z' })).toEqual([run_id]);
		expect(await ids({ until: '2020-01-01' })).toEqual([]);
		expect(await ids({ since: '2999-01-01' })).toEqual([]);
	});

	test('refuses a window that is none', async () => {
		for (const window of [{ since: 'yesterday' }, { since: '2026-02-01', until: '2026-01-01' }])
			expect(errorOf(await callTool(account, 'list_runs', window))).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('since') });
	});
});
