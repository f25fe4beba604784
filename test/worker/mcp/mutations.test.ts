import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Estate, estateDefinition, everyDay, MUTATIONS, UNVERSIONED } from '../../support/every-mutation.ts';
import { TOOLS } from '../../support/every-tool.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aMember, anAccount, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let member: string;
let shared: Pick<Estate, 'run_id' | 'failed_run_id' | 'connection_id'>;
let original: number;
/** For calls that must write nothing. */
let untouched: Estate;

const errorCode = (result: ToolResult) => (result._meta?.['headgate/error'] as { code: string } | undefined)?.code;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme', { scopes: ['admin'] });
	({ email: member } = await aMember('acme', { role: 'editor' }));
	await env.FILES.put(`accounts/${account.id}/files/numbers.csv`, 'n\n1\n2\n');
	const { connections } = (await done('list_connections', {})) as unknown as { connections: { id: number; type: string }[] };
	const connection_id = connections.find(({ type }) => type === 'r2')?.id ?? 0;
	original = await created(estateDefinition(connection_id, 'original'));
	const failing = estateDefinition(connection_id, 'failing');
	failing.components[1] = { assert_component: { id: 'keep', name: 'keep', expression: 'n < $factor', message: 'too large' } } as never;
	const [run_id, failed_run_id] = [await ran(original, 'completed'), await ran(await created(failing), 'failed')];
	shared = { run_id, failed_run_id, connection_id };
	untouched = await anEstate();
});

/** A call that must succeed. */
async function done(tool: string, args: object): Promise<Record<string, unknown>> {
	const result = await callTool(account, tool, { ...args });
	expect(result.isError, `${tool}: ${result.content[0]?.text}`).not.toBe(true);
	return result.structuredContent ?? {};
}

const created = async (definition: object) => Number((await done('create_package', definition))['package_id']);

async function ran(package_id: number, status: string): Promise<number> {
	const run = await done('run_package', { package_id, wait_seconds: 30 });
	expect(run).toMatchObject({ status });
	return Number(run['run_id']);
}

async function anEstate(): Promise<Estate> {
	const package_id = Number((await done('clone_package', { package_id: original }))['package_id']);
	await done('rename_package', { package_id, name: `estate ${package_id}` });
	const { schedule_id } = await done('create_schedule', { package_id: original, ...everyDay, name: `schedule ${package_id}` });
	const { cluster_id } = await done('create_cluster', { name: `cluster ${package_id}` });
	return { ...shared, package_id, member, schedule_id: Number(schedule_id), cluster_id: Number(cluster_id) };
}

/** What no tool call may leave untouched: records of calls, keys of calls, when a grant was last used. */
const NOTED = new Set(['audit_events', 'idempotency_keys', 'grants', 'attempts']);

/** Every row of every other table, as text by table. Runs go on by themselves: of theirs only how many there are. */
async function everything(): Promise<Record<string, unknown>> {
	const { results } = await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'").all<{ name: string }>();
	const tables = results.map(({ name }) => name).filter((name) => !NOTED.has(name) && !name.startsWith('run_'));
	expect(tables.length).toBeGreaterThan(15);
	const rows = await Promise.all(tables.map(async (name) => (await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results));
	return Object.fromEntries(tables.map((name, index) => [name, name === 'runs' ? rows[index]?.length : JSON.stringify(rows[index])]));
}

/** Without the columns in which packages say how their last run went. */
const settled = (all: Record<string, unknown>) => ({ ...all, packages: String(all['packages']).replaceAll(/"last_run_(id|status)":("\w+"|\d+|null),?/g, '') });

const mutations = TOOLS.filter(({ hints }) => !hints.readOnly);
const names = (tools: readonly { readonly name: string }[]) => tools.map(({ name }) => name).sort();

describe('the tools that change something', () => {
	test('are each tried here', () => {
		expect(names(mutations)).toEqual(Object.keys(MUTATIONS).sort());
	});

	test('take an idempotency_key, all of them', () => {
		expect(names(mutations.filter(({ input }) => !('idempotency_key' in input.shape)))).toEqual([]);
	});

	test('take dry_run, all of them', () => {
		expect(names(mutations.filter(({ input }) => !('dry_run' in input.shape)))).toEqual([]);
	});

	test('take expected_version, but what is about something without versions', () => {
		expect(names(mutations.filter(({ input }) => !('expected_version' in input.shape)))).toEqual([...UNVERSIONED]);
	});
});

describe.each(mutations.map(({ name, input }) => ({ name, input })))('$name', ({ name, input }) => {
	const prepared = (estate: Estate) => {
		const made = MUTATIONS[name]?.(estate);
		if (made === undefined) throw new Error(`${name} is not in MUTATIONS`);
		return made;
	};

	test('with one idempotency_key is done once and answered twice; with other arguments it is refused', async () => {
		const { args, other } = prepared(await anEstate());
		const idempotency_key = `once ${name}`;
		const before = settled(await everything());
		const first = await callTool(account, name, { ...args, idempotency_key });
		expect(first.isError, first.content[0]?.text).not.toBe(true);
		const after = settled(await everything());
		if (name !== 'cancel_job') expect(after).not.toEqual(before);
		expect(await callTool(account, name, { ...args, idempotency_key })).toEqual(first);
		const refused = await callTool(account, name, { ...other, idempotency_key });
		expect(errorCode(refused), refused.content[0]?.text).toBe('conflict');
		expect(settled(await everything())).toEqual(after);
	});

	test('with dry_run says what it would do and writes nothing', async () => {
		const { args } = prepared(untouched);
		const before = settled(await everything());
		expect(await done(name, { ...args, dry_run: true })).toMatchObject({ dry_run: true });
		expect(settled(await everything())).toEqual(before);
	});

	test.runIf('expected_version' in input.shape)('at another version than expected tells of the conflict and writes nothing', async () => {
		const { args, stale } = prepared(untouched);
		const before = settled(await everything());
		const refused = await callTool(account, name, { ...args, expected_version: 7, ...stale });
		expect(errorCode(refused), refused.content[0]?.text).toBe('conflict');
		expect(refused.content[0]?.text).toMatch(stale === undefined ? /version [12]\b.*nothing was written/ : /is there already.*: nothing was written/);
		expect(settled(await everything())).toEqual(before);
	});
});
