import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { forgetAnswers } from '../../../src/operations/answers/keep.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let package_id: number;

const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const text = (result: ToolResult) => result.content.map((item) => item.text).join('\n');

/** A package whose graph is far longer than any answer: its note, and the number of its components. */
const notes = Array.from({ length: 60 }, (_, i) => `step ${i} ${'z'.repeat(3_900)}`);

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const steps = notes.map((note, i) => ({ limit_component: { id: `s${i}`, name: `s${i}`, limit: 10, notes: note } }));
	const chain = ['in', ...steps.map((_, i) => `s${i}`), 'out'];
	const made = await callTool(account, 'create_package', {
		name: 'a giant',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			...steps,
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: chain.slice(1).map((target, i) => ({ source: chain[i], target })),
	});
	expect(made.isError, text(made)).not.toBe(true);
	package_id = Number(made.structuredContent?.['package_id']);
});

/** The call that the note of a cut answer says to make. */
function rest(result: ToolResult): { handle: string; path: string; from: number } {
	const [, call] = /call get_result with (\{.*?\})/.exec(text(result)) ?? [];
	expect(call, text(result).slice(-500)).toBeDefined();
	return JSON.parse(call ?? '');
}

describe('an answer that is too long', () => {
	test('stays within its budget, says so, and is read to its end by the handle', async () => {
		const cut = await callTool(account, 'get_package', { package_id, include_full_graph: true });
		expect(cut.content[0]?.text.length).toBeLessThanOrEqual(80_000);
		expect(JSON.parse(cut.content[0]?.text ?? '')).toEqual(cut.structuredContent);
		expect(cut.content[1]?.text).toContain('Cut to about 20000 tokens');
		const { handle, path, from } = rest(cut);
		const read: unknown[] = [];
		let next: number | null = 0;
		while (next !== null) {
			const part = await callTool(account, 'get_result', { handle, path: 'data_flow_json.components', from: next });
			expect(part.content[0]?.text.length).toBeLessThanOrEqual(24_000);
			read.push(...(part.structuredContent as { items: unknown[] }).items);
			next = part.structuredContent?.['next'] as number | null;
		}
		expect(read.slice(1, -1).map((item) => (item as { limit_component: { notes: string } }).limit_component.notes)).toEqual(notes);
		expect((await callTool(account, 'get_result', { handle, path, from })).isError).not.toBe(true);
		const whole = await callTool(account, 'get_result', { handle });
		expect(whole.structuredContent).toMatchObject({ path: '', text: expect.stringMatching(/^\{/), next: 16_000 });
	});

	test('can be read by the token it was given to alone, and no longer than a day', async () => {
		const { handle } = rest(await callTool(account, 'get_package', { package_id, include_full_graph: true }));
		for (const other of [{ ...account, token: await aToken('acme') }, await anAccount(`other-${crypto.randomUUID().slice(0, 8)}`)])
			expect(codeOf(await callTool(other, 'get_result', { handle }))).toBe('not_found');
		const context = { archive: env.FILES };
		expect(await forgetAnswers(context, Date.now() - 24 * 3_600_000)).toBe(0);
		expect((await callTool(account, 'get_result', { handle })).isError).not.toBe(true);
		expect(await forgetAnswers(context, Date.now() + 24 * 3_600_000)).toBeGreaterThan(0);
		expect(codeOf(await callTool(account, 'get_result', { handle }))).toBe('not_found');
	});

	test('has no handle for a token that may not read it on', async () => {
		const narrow = { ...account, token: await aToken('acme', { tools: ['get_package'] }) };
		const cut = await callTool(narrow, 'get_package', { package_id, include_full_graph: true });
		expect(cut.content[1]?.text).toMatch(/For the rest ask for less at a time\.$/);
	});

	test('says what a path does not lead to', async () => {
		const { handle } = rest(await callTool(account, 'get_package', { package_id, include_full_graph: true }));
		const nothing = await callTool(account, 'get_result', { handle, path: 'data_flow_json.nodes' });
		expect(codeOf(nothing)).toBe('invalid_input');
		expect(text(nothing)).toContain('components, edges, settings');
		expect(codeOf(await callTool(account, 'get_result', { handle, path: 'data_flow_json.components[99]' }))).toBe('invalid_input');
		expect(codeOf(await callTool(account, 'get_result', { handle: '../../secrets' }))).toBe('not_found');
	});
});
