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

/** Ten minutes of mixed calls as fast as they are answered; any answer but 200 without an error ends it. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, clients: { type: 'string', default: '8' } } });
const forMs = Number(values.minutes) * 60_000;
const EVERY_MS = 30_000;

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
const agent = new Agent({ keepAlive: true, maxSockets: Number(values.clients) });
const residentMb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${session.runtime}/status`, 'utf8'))?.[1]) / 1024;
const took: number[] = [];
const rows: string[][] = [];
let count = 0;

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
	const began = performance.now();
	let next = began + EVERY_MS;
	let before = 0;
	const worker = async (at: number): Promise<void> => {
		for (let turn = at; performance.now() - began < forMs; turn += 7) {
			await call(turns[turn % turns.length] ?? MIX[0]);
			if (performance.now() < next) continue;
			const [seconds, done] = [(performance.now() - next + EVERY_MS) / 1000, count - before];
			[next, before] = [performance.now() + EVERY_MS, count];
			const sorted = took.splice(0).sort((a, b) => a - b);
			const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
			rows.push([
				((performance.now() - began) / 60_000).toFixed(1),
				(done / seconds).toFixed(0),
				median(sorted).toFixed(1),
				p99.toFixed(1),
				residentMb().toFixed(0),
			]);
			process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
		}
	};
	await Promise.all(Array.from({ length: Number(values.clients) }, (_, index) => worker(index)));
	process.stdout.write(`${table(['minute', 'calls/s', 'median ms', 'p99 ms', 'resident MB'], rows)}\n${count} calls, no error\n`);
} finally {
	agent.destroy();
	await session.close();
	await rm(folder, { recursive: true, force: true });
}
