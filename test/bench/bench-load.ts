import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/demo/table.ts';
import { openSession } from '../../src/cli/embedded/session.ts';
import { headersFor, messageFor, post } from './load.ts';
import { median } from './median.ts';

/**
 * Mixed calls for ten minutes with as many clients as the gateway needs to be busy, found before; any answer but 200 without an error
 * ends it. Resident memory is read every second and told by its lowest and highest of each half minute.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, clients: { type: 'string' } } });
const forMs = Number(values.minutes) * 60_000;
const EVERY_MS = 30_000;
const SAMPLE_MS = 1_000;

/** More clients than give nearly the best rate only wait. */
const CLIENTS = [2, 4, 8, 16, 32];
const FINDING_MS = 10_000;
const NEARLY = 0.95;

/** What an assistant does in a working day, reading far more than running. */
const MIX = [
	{ weight: 6, name: 'list_packages', arguments: { limit: 20 } },
	{ weight: 4, name: 'get_package', arguments: { package_id: 1 } },
	{ weight: 4, name: 'list_runs', arguments: { limit: 20 } },
	{ weight: 3, name: 'describe_component_type', arguments: { component_type: 'join_component' } },
	{ weight: 3, name: 'search_all', arguments: { query: 'flight' } },
	{ weight: 2, name: 'validate_package', arguments: { package_id: 1 } },
	{ weight: 2, name: 'get_system_health', arguments: {} },
	{ weight: 1, name: 'rename_package', arguments: { package_id: 1, name: 'Load', dry_run: true } },
	{ weight: 1, name: 'list_workspaces', arguments: {} },
] as const;
const turns = MIX.flatMap((call) => Array.from({ length: call.weight }, () => call));

const folder = await mkdtemp(join(tmpdir(), 'headgate-load-'));
const session = await openSession({ state: folder, host: '127.0.0.1', port: 0, log: () => {} });
const agent = new Agent({ keepAlive: true });
const residentMb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${session.runtime}/status`, 'utf8'))?.[1]) / 1024;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const took: number[] = [];
let count = 0;
let failed: unknown = null;

async function call({ name, arguments: given }: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }): Promise<void> {
	const began = performance.now();
	const headers = { ...headersFor('tools/call', name, { token: session.token }), accept: 'application/json' };
	const answer = JSON.parse(await post(session.mcpUrl, agent, headers, messageFor('tools/call', { name, arguments: given }))) as {
		result?: { isError?: boolean };
	};
	if (answer.result === undefined || answer.result.isError === true) throw new Error(`${name}: ${JSON.stringify(answer).slice(0, 500)}`);
	took.push(performance.now() - began);
	count++;
}

/** Calls without a pause until the time is over or one of the clients failed. Gives calls a second. */
async function callFor(clients: number, ms: number): Promise<number> {
	const [began, before] = [performance.now(), count];
	const client = async (first: number): Promise<void> => {
		try {
			for (let turn = first; failed === null && performance.now() - began < ms; turn += 7) await call(turns[turn % turns.length] ?? MIX[0]);
		} catch (error) {
			failed ??= error;
		}
	};
	await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
	if (failed !== null) throw failed;
	return ((count - before) / (performance.now() - began)) * 1000;
}

async function findClients(): Promise<number> {
	const rates: { readonly clients: number; readonly rate: number }[] = [];
	for (const clients of CLIENTS) {
		rates.push({ clients, rate: await callFor(clients, FINDING_MS) });
		say(`${clients} clients: ${rates.at(-1)?.rate.toFixed(0)} calls/s`);
	}
	const best = Math.max(...rates.map(({ rate }) => rate));
	return rates.find(({ rate }) => rate >= best * NEARLY)?.clients ?? 8;
}

try {
	await call({
		name: 'create_package',
		arguments: {
			name: 'Load',
			flow_type: 'dataflow',
			components: [
				{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
				{ result_destination_component: { id: 'out', name: 'out' } },
			],
			edges: [{ source: 'in', target: 'out' }],
		},
	});
	const clients = values.clients === undefined ? await findClients() : Number(values.clients);
	const [began, before] = [performance.now(), count];
	const rows: string[][] = [];
	const memory: number[] = [];
	const halves: { readonly low: number }[] = [];
	took.length = 0;
	let [since, done] = [began, count];
	const sampling = setInterval(() => {
		memory.push(residentMb());
		const now = performance.now();
		if (now - since < EVERY_MS) return;
		const sorted = took.splice(0).sort((a, b) => a - b);
		const samples = memory.splice(0);
		halves.push({ low: Math.min(...samples) });
		rows.push([
			((now - began) / 60_000).toFixed(1),
			((count - done) / ((now - since) / 1000)).toFixed(0),
			median(sorted).toFixed(1),
			(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN).toFixed(1),
			Math.min(...samples).toFixed(0),
			Math.max(...samples).toFixed(0),
		]);
		[since, done] = [now, count];
		say(rows.at(-1)?.join('  ') ?? '');
	}, SAMPLE_MS);
	const rate = await callFor(clients, forMs).finally(() => clearInterval(sampling));
	const last = halves.slice(-Math.ceil(halves.length / 2));
	const growth = ((last.at(-1)?.low ?? Number.NaN) - (last[0]?.low ?? Number.NaN)) / Math.max((last.length - 1) / 2, 1);
	process.stdout.write(`${table(['minute', 'calls/s', 'median ms', 'p99 ms', 'lowest MB', 'highest MB'], rows)}\n`);
	process.stdout.write(`${clients} clients: ${count - before} calls, ${rate.toFixed(0)} a second, no error; `);
	process.stdout.write(`the lowest memory moved by ${growth.toFixed(1)} MB a minute in the second half\n`);
} finally {
	agent.destroy();
	await session.close();
	await rm(folder, { recursive: true, force: true });
}
