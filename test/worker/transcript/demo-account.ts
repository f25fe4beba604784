import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import airports from '../../../node_modules/vega-datasets/data/airports.csv?raw';
import strikes from '../../../node_modules/vega-datasets/data/birdstrikes.csv?raw';
import flights from '../../../node_modules/vega-datasets/data/flights-airport.csv?raw';
import weather from '../../../node_modules/vega-datasets/data/seattle-weather.csv?raw';
import { DEMO_FILES } from '../../../src/cli/demo/data.ts';
import { birdStrikeCosts, busiestAirports, RENAMED, RENAMED_KEY, weatherByMonth, wettestDays } from '../../../src/cli/demo/packages.ts';
import { anAccount, callTool, type TestAccount } from '../../support/gateway.ts';

/** Ids of what stands in the account, as the lists give them. */
export interface Demo {
	readonly account: TestAccount;
	readonly storage: number;
	readonly database: number;
	readonly packages: Readonly<Record<'airports' | 'strikes' | 'weather' | 'failing' | 'contacts', number>>;
	readonly runs: Readonly<Record<'airports' | 'strikes' | 'weather' | 'failing' | 'contacts', number>>;
}

const FILES = { flights, airports, strikes, weather };

/** Rows of which two cannot be read: a set-aside row each, while the run completes. */
export const CONTACTS = [
	{ id: 1, email: 'ada@example.com', signed_up: '2024-03-01' },
	{ id: 2, email: 'grace@example.com', signed_up: 'yesterday' },
	{ id: 'three', email: 'joan@example.com', signed_up: '2024-03-03' },
	{ id: 4, email: 'mary@example.com', signed_up: '2024-03-04' },
];

const contacts = {
	name: 'CRM contacts',
	description: 'Contacts as the CRM hands them over; rows that cannot be read are set aside.',
	flow_type: 'dataflow',
	components: [
		{
			payload_source_component: {
				id: 'crm',
				name: 'crm',
				fields: [
					{ name: 'id', type: 'string' },
					{ name: 'email', type: 'string' },
					{ name: 'signed_up', type: 'string' },
				],
			},
		},
		{ filter_component: { id: 'real', name: 'with an address', expression: "email like '%@%'" } },
		{
			select_component: {
				id: 'mapped',
				name: 'as the warehouse has them',
				on_error: 'skip',
				columns: [
					{ expression: 'CAST(id AS integer)', alias: 'contact_id' },
					{ expression: 'lower(email)', alias: 'address' },
					{ expression: 'CAST(signed_up AS date)', alias: 'signed_up' },
				],
			},
		},
		{ result_destination_component: { id: 'out', name: 'contacts' } },
	],
	edges: [
		{ source: 'crm', target: 'real' },
		{ source: 'real', target: 'mapped' },
		{ source: 'mapped', target: 'out' },
	],
};

/** The account that `npm run demo` makes: its files, its four packages and a run of each, and a fifth that sets rows aside. */
export async function demoAccount(): Promise<Demo> {
	const account = await anAccount('demo', { scopes: ['admin'] });
	const put = (key: string, text: string) => env.FILES.put(`accounts/${account.id}/files/${key}`, text);
	for (const [name, { key }] of Object.entries(DEMO_FILES)) await put(key, FILES[name as keyof typeof FILES]);
	await put(RENAMED_KEY, weather.replace(RENAMED.from, RENAMED.to));
	const { connections } = (await callTool(account, 'list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	const ofType = (wanted: string) => connections.find(({ type }) => type === wanted)?.id ?? 0;
	const [storage, database] = [ofType('r2'), ofType('sqlite')];
	const made = async (definition: object) => {
		const result = await callTool(account, 'create_package', { ...definition });
		expect(result.isError, result.content[0]?.text).not.toBe(true);
		return Number(result.structuredContent?.['package_id']);
	};
	const ran = async (package_id: number, status: string, args: object = {}) => {
		const run = (await callTool(account, 'run_package', { package_id, wait_seconds: 50, ...args })).structuredContent;
		expect(run).toMatchObject({ status });
		return Number(run?.['run_id']);
	};
	const use = { storage, database };
	const packages = {
		airports: await made(busiestAirports(use)),
		strikes: await made(birdStrikeCosts(use)),
		weather: await made(weatherByMonth(use)),
		failing: await made(wettestDays(use)),
		contacts: await made(contacts),
	};
	const runs = {
		airports: await ran(packages.airports, 'completed'),
		strikes: await ran(packages.strikes, 'completed'),
		weather: await ran(packages.weather, 'completed'),
		contacts: await ran(packages.contacts, 'completed', { payload: CONTACTS }),
		failing: await ran(packages.failing, 'failed'),
	};
	return { account, storage, database, packages, runs };
}
