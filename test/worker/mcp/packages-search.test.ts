import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
const ids: number[] = [];

const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';
const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;

interface Found {
	readonly matches: { package_id: number; component: string | null; path: string; line: number; text: string; before: string[]; after: string[] }[];
	readonly packages_searched: number;
	readonly next_cursor: string | null;
}
const search = async (args: object) => {
	const result = await callTool(account, 'search_package_code', { ...args });
	expect(result.isError, textOf(result)).not.toBe(true);
	return result.structuredContent as unknown as Found;
};

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	for (const [i, expression] of ['upper(city)', "case\n  when city = 'Rome' then 1\n  else 0\nend", 'lower(name)'].entries()) {
		const made = await callTool(account, 'create_package', {
			name: `package ${i}`,
			flow_type: 'dataflow',
			components: [
				{ payload_source_component: { id: 'in', name: 'city list', fields: [{ name: 'city' }, { name: 'name' }] } },
				{ select_component: { id: 'made', name: 'made', columns: [{ expression, alias: 'x' }] } },
				{ result_destination_component: { id: 'out', name: 'out' } },
			],
			edges: [
				{ source: 'in', target: 'made' },
				{ source: 'made', target: 'out' },
			],
			variables: { key: { type: 'string', default: 'canary-city', secret: true }, full: { type: 'string', default: { expression: "'City ' || 'x'" } } },
		});
		expect(made.isError, textOf(made)).not.toBe(true);
		ids.push(Number(made.structuredContent?.['package_id']));
	}
});

describe('search_package_code', () => {
	test('finds lines in expressions of all packages, with the place and the lines around', async () => {
		const found = await search({ pattern: "city = '\\w+'", context_lines: 1 });
		expect(found).toEqual({
			matches: [
				{
					package_id: ids[1],
					package_name: 'package 1',
					component: 'made',
					path: 'columns[0].expression',
					line: 2,
					text: "  when city = 'Rome' then 1",
					before: ['case'],
					after: ['  else 0'],
				},
			],
			packages_searched: 1,
			next_cursor: null,
		});
	});

	test('takes case only when told to, looks into variables, and never into secrets or names of components', async () => {
		const any = await search({ pattern: 'CITY', package_id: ids[0] });
		expect(any.matches.map(({ component, path }) => [component, path])).toEqual([
			['city list', 'fields[0].name'],
			['made', 'columns[0].expression'],
			[null, 'variables.full.default.expression'],
		]);
		expect((await search({ pattern: 'CITY', case_sensitive: true })).matches).toEqual([]);
		expect((await search({ pattern: 'canary' })).matches).toEqual([]);
		expect((await search({ pattern: 'city list' })).matches).toEqual([]);
	});

	test('goes on behind its cursor, package by package', async () => {
		const seen: number[] = [];
		let cursor: string | null | undefined;
		for (let pages = 0; cursor !== null && pages < 9; pages++) {
			const found: Found = await search({ pattern: 'lower|upper|when', limit: 1, ...(cursor === undefined ? {} : { cursor }) });
			seen.push(...found.matches.map(({ package_id }) => package_id));
			cursor = found.next_cursor;
		}
		expect(seen).toEqual([...ids].reverse());
	});

	test('takes a pattern that would hold a backtracking engine for ever, and refuses what is none', async () => {
		const notes = `${'a'.repeat(4_000)}!`;
		const noted = await callTool(account, 'update_package_components', { package_id: ids[2], updates: [{ component_name: 'made', updates: { notes } }] });
		expect(noted.structuredContent).toMatchObject({ changed: true });
		expect((await search({ pattern: '(a+)+$', package_id: ids[2] })).matches).toEqual([]);
		const [long] = (await search({ pattern: 'a!', package_id: ids[2] })).matches;
		expect(long).toMatchObject({ path: 'notes', text: expect.stringMatching(/^…a{299}!$/) });
		const broken = await callTool(account, 'search_package_code', { pattern: 'upper(' });
		expect(codeOf(broken)).toBe('invalid_input');
		expect(textOf(broken)).toContain('RE2');
	});
});
