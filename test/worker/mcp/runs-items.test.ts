import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let package_id: number;
let large: number;
let failed: number;

const ROWS = 3_000;
/** Row 2,345 is larger than any answer. */
const payload = Array.from({ length: ROWS }, (_, i) => ({ n: i, note: i === 2_344 ? `needle ${'x'.repeat(100_000)} end` : `row ${i} ${'y'.repeat(60)}` }));

const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
interface Page {
	readonly entries: { readonly index: number; readonly text: string; readonly characters: number }[];
	readonly total: number | null;
	readonly next_cursor: string | null;
}
const item = async (args: Record<string, unknown>, of = account): Promise<Page> => {
	const result = await callTool(of, 'get_run_item', args);
	expect(result.isError, result.content[0]?.text).not.toBe(true);
	return result.structuredContent as unknown as Page;
};

async function run(args: Record<string, unknown>): Promise<number> {
	const ended = await callTool(account, 'run_package', { package_id, wait_seconds: 50, ...args });
	const run_id = Number(ended.structuredContent?.['run_id']);
	expect(run_id, ended.content[0]?.text).toBeGreaterThan(0);
	const archived = async () => expect(await env.DB.prepare('SELECT log_key FROM runs WHERE id = ?').bind(run_id).first('log_key')).not.toBeNull();
	await vi.waitFor(archived, { timeout: 60_000 });
	return run_id;
}

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const made = await callTool(account, 'create_package', {
		name: 'keeps rows',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }, { name: 'note' }] } },
			{ assert_component: { id: 'check', name: 'check', expression: 'n < $most', message: 'implausible quantity' } },
			{ result_destination_component: { id: 'out', name: 'all rows', max_rows: 10_000 } },
		],
		edges: [
			{ source: 'in', target: 'check' },
			{ source: 'check', target: 'out' },
		],
		variables: { most: 100_000 },
	});
	package_id = Number(made.structuredContent?.['package_id']);
	large = await run({ payload, labels: ['nightly', 'customer=acme'] });
	failed = await run({ payload: [{ n: 5, note: 'b' }], variables: { most: 2 }, labels: ['nightly'] });
});

describe('get_run_item', () => {
	test.each(['result', 'payload'])('pages through every row of a %s that no answer could hold', async (part) => {
		const seen: number[] = [];
		let cursor: string | null = null;
		do {
			const page: Page = await item({ run_id: large, item: part, limit: 200, ...(cursor === null ? {} : { cursor }) });
			seen.push(...page.entries.map(({ text, characters }) => (text.length === characters ? (JSON.parse(text) as { n: number }).n : 2_344)));
			cursor = page.next_cursor;
		} while (cursor !== null);
		expect(seen).toEqual(payload.map(({ n }) => n));
	});

	test('finds a row by its text, and reads a huge one to its end', async () => {
		const { entries, next_cursor } = await item({ run_id: large, item: 'result', component: 'all rows', search: 'NEEDLE' });
		expect(entries).toEqual([{ index: 2_345, text: expect.stringMatching(/^\{"n":2344,"note":"needle x+…$/), characters: expect.any(Number) }]);
		expect(next_cursor).toBeNull();
		let text = '';
		for (let offset = 0; offset < (entries[0]?.characters ?? 0); offset = text.length)
			text += (await item({ run_id: large, item: 'result', entry: 2_345, offset })).entries[0]?.text ?? '';
		expect(JSON.parse(text)).toEqual(payload[2_344]);
	});

	test('reads the log from its first line, also before it is archived', async () => {
		const archived = await item({ run_id: failed, item: 'log', limit: 200 });
		expect(archived.entries.map(({ index }) => index)).toEqual(archived.entries.map((_, i) => i + 1));
		expect(archived.total).toBe(archived.entries.length);
		expect((await item({ run_id: failed, item: 'log', search: 'implausible' })).entries[0]?.text).toContain('implausible quantity');
	});

	test('says what is not there', async () => {
		expect(codeOf(await callTool(account, 'get_run_item', { run_id: failed, item: 'result' }))).toBe('not_found');
		const other = await callTool(account, 'get_run_item', { run_id: large, item: 'result', component: 'nowhere' });
		expect(other.content[0]?.text).toContain('out');
		const beyond = await callTool(account, 'get_run_item', { run_id: failed, item: 'payload', entry: 2 });
		expect(beyond.content[0]?.text).toContain('from 1 to 1');
		const cursor = (await item({ run_id: large, item: 'payload', limit: 1 })).next_cursor;
		expect(codeOf(await callTool(account, 'get_run_item', { run_id: large, item: 'log', cursor }))).toBe('invalid_input');
	});

	test('is refused where a member may not look into runs', async () => {
		const editor = { ...account, token: await aToken('acme', { role: 'editor' }) };
		const { id, email } = (await env.DB.prepare("SELECT u.id, u.email FROM users u JOIN members m ON m.user_id = u.id WHERE m.role = 'editor'").first<{
			id: number;
			email: string;
		}>()) ?? { id: 0, email: '' };
		expect(email).not.toBe('');
		await env.DB.prepare('INSERT INTO package_permissions VALUES (?, ?, 1, 0, 0, 0, 1, 1)').bind(package_id, id).run();
		expect(codeOf(await callTool(editor, 'get_run_item', { run_id: large, item: 'payload' }))).toBe('forbidden');
		expect((await item({ run_id: large, item: 'result', limit: 1 }, editor)).entries).toHaveLength(1);
	});
});

describe('search_runs', () => {
	const found = async (args: Record<string, unknown>) => {
		const result = await callTool(account, 'search_runs', args);
		expect(result.isError, result.content[0]?.text).not.toBe(true);
		return (result.structuredContent as { runs: { id: number }[] }).runs.map(({ id }) => id);
	};

	test('finds by words of errors, labels, status and dates, and by all of them together', async () => {
		expect(await found({ text: 'IMPLAUS quant' })).toEqual([failed]);
		expect(await found({ labels: ['nightly'] })).toEqual([failed, large]);
		expect(await found({ labels: ['customer=acme', 'nightly'] })).toEqual([large]);
		expect(await found({ labels: ['nightly'], statuses: ['completed'] })).toEqual([large]);
		expect(await found({ text: 'implausible', labels: ['customer=acme'] })).toEqual([]);
		expect(await found({ text: 'implausible', since: '2999-01-01' })).toEqual([]);
		expect(await found({ labels: ['night'] })).toEqual([]);
		expect(await found({ statuses: ['failed'] })).toEqual([failed]);
	});

	test('goes on behind its cursor', async () => {
		const { structuredContent: first } = await callTool(account, 'search_runs', { labels: ['nightly'], limit: 1 });
		expect(first).toMatchObject({ runs: [{ id: failed, labels: ['nightly'] }], next_cursor: expect.any(String) });
		expect(await found({ labels: ['nightly'], limit: 1, cursor: first?.['next_cursor'] })).toEqual([large]);
	});

	test('wants a word of three letters, and labels without blanks around them', async () => {
		expect(codeOf(await callTool(account, 'search_runs', { text: 'a b' }))).toBe('invalid_input');
		expect(codeOf(await callTool(account, 'run_package', { package_id, labels: [' nightly'] }))).toBe('invalid_input');
	});
});

describe('compare_runs', () => {
	test('tells what is different, and with which completed run a failed one is best compared', async () => {
		await callTool(account, 'update_package_components', { package_id, updates: [{ component_name: 'check', updates: { notes: 'stricter' } }] });
		const later = await run({ payload: [{ n: 9, note: 'c' }], variables: { most: 3 } });
		const { structuredContent } = await callTool(account, 'compare_runs', { run_id: later });
		expect(structuredContent).toEqual({
			before: expect.objectContaining({ run_id: large, package_version: 1, status: 'completed', labels: ['nightly', 'customer=acme'] }),
			after: expect.objectContaining({ run_id: later, package_version: 2, status: 'failed', bad_records: expect.any(Number) }),
			runtime_change_seconds: expect.any(Number),
			version_diff: expect.objectContaining({ changed: [{ component: 'check', path: 'notes', after: 'stricter' }] }),
			variables: [{ name: 'most', after: 3 }],
			components: expect.arrayContaining([expect.objectContaining({ id: 'in', rows_out: [ROWS, 1] })]),
			new_errors: [{ component: 'check', class: 'assertion_failed', message: expect.stringContaining('implausible') }],
			gone_errors: [],
		});
		const { structuredContent: same } = await callTool(account, 'compare_runs', { run_id: later, other_run_id: failed });
		expect(same).toMatchObject({ before: { run_id: failed }, after: { run_id: later }, new_errors: [], gone_errors: [] });
	});
});
