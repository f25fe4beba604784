import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import airports from '../../../node_modules/vega-datasets/data/airports.csv?raw';
import strikes from '../../../node_modules/vega-datasets/data/birdstrikes.csv?raw';
import flights from '../../../node_modules/vega-datasets/data/flights-airport.csv?raw';
import weather from '../../../node_modules/vega-datasets/data/seattle-weather.csv?raw';
import { TEMPLATES } from '../../../src/catalogue/templates/index.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const put = (path: string, text: string) => env.FILES.put(`accounts/${account.id}/files/${path}`, text);
	await put('flights/flights-airport.csv', flights);
	await put('flights/airports.csv', airports);
	await put('wildlife/birdstrikes.csv', strikes);
	await put('weather/seattle-weather.csv', weather);
});

/** What a run of each gives, as far as it can be said beforehand. */
const RESULTS: Readonly<Record<string, unknown>> = {
	file_to_table: [{ records_count: flights.trim().split('\n').length - 1 }],
	pivot_report: [{ rows: [{ year: 2012 }, { year: 2013 }, { year: 2014 }, { year: 2015 }] }],
	incremental_load: [{ records_count: 365 }],
	moving_average: [{ records_count: 1461 }],
	unmatched_rows: [{ records_count: 0 }],
	hubspot_contact_to_salesforce: [
		{
			rows: [{ HubSpot_Id__c: '51', FirstName: 'Ada', LastName: 'Unknown', Email: 'ada@example.com', Phone: '+44207946', CreatedDate: '2024-03-01T09:30:00Z' }],
		},
	],
	salesforce_account_to_warehouse: [
		{
			rows: [
				{ account_id: '001', account_name: 'Acme', annual_revenue: 1200000.5, industry: 'Other', is_active: true },
				{ account_id: '002', account_name: 'Globex', annual_revenue: null, industry: 'Energy', is_active: false },
			],
		},
	],
	stripe_charge_to_ledger: [
		{
			rows: [
				{ entry_id: 'ch_1', amount: 19.99, currency: 'EUR', booked_at: '2024-01-01T00:00:00Z' },
				{ entry_id: 'ch_2', amount: -5, currency: 'USD', booked_at: '2024-01-01T01:00:00Z' },
			],
		},
	],
	shopify_order_lines: [
		{
			rows: [
				{ order_id: 1001, order_number: '#1001', sku: 'A-1', quantity: 2, unit_price: 9.9 },
				{ order_id: 1001, order_number: '#1001', sku: 'B-2', quantity: 1, unit_price: 30 },
			],
		},
	],
};

describe('templates', () => {
	test('are listed, all or by kind and system', async () => {
		const keys = async (args: object) =>
			((await callTool(account, 'list_templates', { ...args })).structuredContent as { templates: { template: string }[] }).templates.map(
				(each) => each.template,
			);
		expect(await keys({})).toEqual(TEMPLATES.map((template) => template.key));
		expect(await keys({ kind: 'field_mapping', system: 'HubSpot' })).toEqual(['hubspot_contact_to_salesforce']);
		expect(new Set(await keys({})).size).toBeGreaterThanOrEqual(12);
	});

	test('that are not there are told with the nearest', async () => {
		expect(textOf(await callTool(account, 'get_template', { template: 'file_to_tabel' }))).toContain('Did you mean file_to_table?');
	});

	test.each(TEMPLATES.map((template) => ({ key: template.key })))('$key validates as it is given, and runs on the demo data', async ({ key }) => {
		const template = (await callTool(account, 'get_template', { template: key })).structuredContent as {
			definition: Record<string, unknown>;
			payload?: unknown[];
			notes: string[];
		};
		const { name: _, description: __, ...definition } = template.definition;
		expect((await callTool(account, 'validate_package', definition)).structuredContent).toMatchObject({ status: 'valid', errors: [], warnings: [] });
		const made = await callTool(account, 'create_package', template.definition);
		expect(made.isError, textOf(made)).not.toBe(true);
		const payload = template.payload === undefined ? {} : { payload: template.payload };
		const run = await callTool(account, 'run_package', { package_id: made.structuredContent?.['package_id'], wait_seconds: 50, ...payload });
		expect(run.structuredContent, textOf(run)).toMatchObject({ status: 'completed', ...(RESULTS[key] === undefined ? {} : { outputs: RESULTS[key] }) });
	});
});
