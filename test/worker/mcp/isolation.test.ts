import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import { argumentsFor, type Ids, TOOLS } from '../../support/every-tool.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aConnection, anAccount, callTool, type TestAccount } from '../../support/gateway.ts';

/** Stands in everything the other account owns: names, rows, files, logs. */
const CANARY = 'canary-9f3c1';

let mine: TestAccount;
let theirs: TestAccount;
let own: Ids;
let foreign: Ids;

beforeAll(async () => {
	await freshGateway();
	mine = await anAccount('mine', { scopes: ['admin'] });
	theirs = await anAccount('theirs');
	own = await anEstate(mine, 'own');
	foreign = await anEstate(theirs, CANARY);
	expect(Object.values({ ...own, ...foreign }).every((id) => id > 0)).toBe(true);
});

/** One of everything an account can have, each named by `word`, by the name of the argument that takes its id. */
async function anEstate(account: TestAccount, word: string): Promise<Ids> {
	const created = await callTool(account, 'create_package', {
		name: `${word} package`,
		description: word,
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: `${word} in`, fields: [{ name: 'note', type: 'string' }] } },
			{ result_destination_component: { id: 'out', name: `${word} out` } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	const package_id = Number(created.structuredContent?.['package_id']);
	const run = await callTool(account, 'run_package', { package_id, payload: [{ note: word }], wait_seconds: 20 });
	expect(run.structuredContent, run.content[0]?.text).toMatchObject({ status: 'completed' });
	// A schedule has no payload to give.
	const { connections } = (await callTool(account, 'list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	const reading = await callTool(account, 'create_package', {
		name: `${word} scheduled`,
		flow_type: 'dataflow',
		components: [
			{
				database_source_component: {
					id: 'in',
					name: 'in',
					connection_id: connections.find(({ type }) => type === 'sqlite')?.id,
					access_mode: 'query',
					query: 'SELECT 1 AS n',
				},
			},
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
	const schedule = await callTool(account, 'create_schedule', {
		package_id: reading.structuredContent?.['package_id'],
		name: `${word} schedule`,
		cron: '0 0 1 1 *',
	});
	return {
		package_id,
		schedule_id: Number(schedule.structuredContent?.['schedule_id']),
		run_id: Number(run.structuredContent?.['run_id']),
		other_run_id: Number(run.structuredContent?.['run_id']),
		connection_id: await aConnection(account.slug, { name: `${word} files`, type: 'r2' }),
		cluster_id: await firstId(account, 'list_clusters', 'clusters'),
		workspace_id: await firstId(account, 'list_workspaces', 'workspaces'),
	};
}

async function firstId(account: TestAccount, tool: string, list: string): Promise<number> {
	const found = (await callTool(account, tool)).structuredContent?.[list] as { id: number }[] | undefined;
	return found?.[0]?.id ?? 0;
}

/** Every row of the tables a tool might write to. */
async function everything(): Promise<unknown> {
	const tables = ['packages', 'package_versions', 'connections', 'clusters', 'runs', 'workspaces', 'schedules', 'scheduled_runs'];
	return Promise.all(tables.map(async (table) => (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results));
}

const ID_ARGUMENTS = ['package_id', 'run_id', 'other_run_id', 'connection_id', 'cluster_id', 'workspace_id', 'schedule_id'];

test('every id argument of every tool is one this test knows', () => {
	const arguments_ = new Set(TOOLS.flatMap((tool) => Object.keys(tool.input.shape).filter((name) => name.endsWith('_id'))));
	expect([...arguments_].sort()).toEqual([...ID_ARGUMENTS].sort());
});

test.each(TOOLS.flatMap((tool) => ID_ARGUMENTS.filter((id) => id in tool.input.shape).map((id) => ({ name: tool.name, id, tool }))))(
	"$name with another account's $id finds nothing, tells nothing and changes nothing",
	async ({ name, id, tool }) => {
		const before = await everything();
		const result = await callTool(mine, name, argumentsFor(tool, { [id]: foreign[id] ?? 0 }, own));
		expect(JSON.stringify(result)).not.toContain(CANARY);
		if (result.isError === true) expect(result._meta).toMatchObject({ 'headgate/error': { code: 'not_found' } });
		else expect(Object.values(result.structuredContent ?? {}).filter(Array.isArray)).toEqual([[]]);
		expect(await everything()).toEqual(before);
	},
);

test.each(TOOLS.filter((tool) => tool.hints.readOnly))('$name shows nothing of another account', async (tool) => {
	const result = await callTool(mine, tool.name, argumentsFor(tool, {}, own));
	expect(JSON.stringify(result)).not.toContain(CANARY);
});
