import { beforeAll, describe, expect } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { type Call, question } from './conversation.ts';
import { type Demo, demoAccount } from './demo-account.ts';

let demo: Demo;

beforeAll(async () => {
	await freshGateway();
	demo = await demoAccount();
});

const ask = (asked: string, tools: readonly string[], answer: (call: Call) => Promise<void>) => question(asked, tools, () => demo.account, answer);

interface Mapped {
	readonly mappings: readonly {
		readonly destination: { readonly component: string; readonly place: string };
		readonly fields: readonly { readonly field: string; readonly from: readonly string[]; readonly through: readonly string[] }[];
		readonly rules: readonly { readonly kind: string; readonly rule: string }[];
	}[];
}

describe('fields and where they come from', () => {
	ask('Show me the field mappings of the contacts flow', ['get_package_mappings'], async (call) => {
		const { mappings } = await call<Mapped>('get_package_mappings', { name: 'CRM contacts' });
		const address = mappings[0]?.fields.find(({ field }) => field === 'address');
		expect(address?.from).toEqual(['crm.email']);
		expect(address?.through.join(' ')).toContain('lower(email)');
	});

	ask('Which of its fields are filtered or validated on the way?', ['get_package_mappings'], async (call) => {
		const { mappings } = await call<Mapped>('get_package_mappings', { package_id: demo.packages.contacts });
		expect(mappings[0]?.rules.map(({ rule }) => rule).join(' ')).toContain("like '%@%'");
	});

	ask('Does any flow write to the busiest_airports table?', ['get_package_mappings'], async (call) => {
		expect(await call('get_package_mappings', { target: 'busiest_airports', direction: 'write' })).toMatchObject({
			users: [{ package_id: demo.packages.airports, package_name: 'Busiest airports', direction: 'write' }],
		});
	});
});

describe('what was done', () => {
	ask('Search the run histories for precipitation', ['search_runs'], async (call) => {
		expect(await call('search_runs', { text: 'precipitation', statuses: ['failed'] })).toMatchObject({ runs: [{ id: demo.runs.failing }] });
	});

	ask('Find the line of the log that names the missing column', ['get_run_item'], async (call) => {
		const { entries } = await call<{ entries: unknown[] }>('get_run_item', { run_id: demo.runs.failing, item: 'log', search: 'no column' });
		expect(JSON.stringify(entries)).toContain('precipitation');
	});

	ask('Who created packages here, and through what?', ['list_audit_events'], async (call) => {
		const { events } = await call<{ events: unknown[] }>('list_audit_events', { tool: 'create_package' });
		expect(events).toHaveLength(5);
	});

	ask('Look up what is known of bird strikes', ['search', 'fetch'], async (call) => {
		const { results } = await call<{ results: { id: string; title: string }[] }>('search', { query: 'bird strike' });
		expect(results[0]).toMatchObject({ id: `package:${demo.packages.strikes}`, title: expect.stringContaining('Bird strike costs') });
		expect(await call('fetch', { id: results[0]?.id })).toMatchObject({ text: expect.stringContaining('operator') });
	});
});
