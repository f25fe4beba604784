import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Assistant, connectAssistant } from '../../src/cli/demo/assistant.ts';
import type { Run } from '../../src/cli/demo/runs.ts';
import { fileClient } from '../../src/cli/file-client.ts';
import { type GatewayProcess, startGatewayProcess, withFolder } from '../support/gateway-process.ts';
import { runsOnDisk } from '../support/kill/runs-on-disk.ts';

/** `npm run test:kill` asks for three million. */
const ROWS = Number(process.env['HEADGATE_KILL_ROWS'] ?? 400_000);
/** Bytes beside the numbers: a slice of the run reads 32 MiB, and the smaller share is to take several of them too. */
const FILLER = 'x'.repeat(Math.max(10, Math.ceil(80_000_000 / ROWS)));
const KEPT = (row: number): boolean => row % 10 !== 3;

test(`a run over ${ROWS.toLocaleString('en-US')} rows survives kill -9 of the whole gateway and ends with exactly the right rows`, async () => {
	await withFolder(async (folder) => {
		const state = join(folder, 'state');
		const source = join(folder, 'numbers.csv');
		await writeNumbers(source);
		const first = await startGatewayProcess(state);
		await filesOf(first).put(source, 'numbers.csv');
		const before = await connect(first);
		const package_id = await createPackage(before);
		const { run_id } = await before.call<{ run_id: number }>('run_package', { package_id });
		await vi.waitUntil(() => midway(state, run_id), { timeout: 120_000, interval: 5 });
		await first.end('SIGKILL');
		expect(await runsOnDisk(state)).toMatchObject([{ runId: run_id, status: 'running' }]);

		const second = await startGatewayProcess(state);
		const after = await connect(second);
		const run = await vi.waitUntil(() => ended(after, run_id), { timeout: 300_000, interval: 200 });
		expect(run.status, JSON.stringify(run)).toBe('completed');
		await filesOf(second).get('out/kept.csv', join(folder, 'kept.csv'));
		await after.close();
		await second.end('SIGTERM');
		const expected = Array.from({ length: ROWS }, (_, row) => row)
			.filter(KEPT)
			.map((row) => `${row},${row * 2}`);
		const [header, ...lines] = (await readFile(join(folder, 'kept.csv'), 'utf8')).trimEnd().split(/\r?\n/);
		expect(header).toBe('n,doubled');
		expect(lines.length).toBe(expected.length);
		expect(lines.findIndex((line, index) => line !== expected[index])).toBe(-1);
	});
}, 600_000);

/** Whether the run has checkpointed some rows. Asked on disk: a gateway that works on a run answers when it comes to it, and then it may be over. */
async function midway(state: string, run_id: number): Promise<boolean> {
	const run = (await runsOnDisk(state)).find(({ runId }) => runId === run_id);
	if (run !== undefined && run.status !== 'queued' && run.status !== 'running') throw new Error(`the run ended before it could be killed: ${run.status}`);
	return Object.values(run?.nodes ?? {}).some(({ rows }) => rows > 0);
}

async function ended(assistant: Assistant, run_id: number): Promise<Run | undefined> {
	const run = await assistant.call<Run>('get_run', { run_id });
	return ['completed', 'failed', 'stopped'].includes(run.status) ? run : undefined;
}

async function createPackage(assistant: Assistant): Promise<number> {
	const { connections } = await assistant.call<{ connections: readonly { id: number; type: string }[] }>('list_connections', {});
	const connection_id = connections.find((connection) => connection.type === 'r2')?.id;
	const components = [
		{
			cloud_storage_source_component: {
				id: 'numbers',
				name: 'numbers',
				connection_id,
				path: 'numbers.csv',
				fields: [
					{ name: 'n', type: 'integer' },
					{ name: 'kind', type: 'integer' },
				],
			},
		},
		{ filter_component: { id: 'kept', name: 'kept', expression: 'kind <> 3' } },
		{
			select_component: {
				id: 'doubled',
				name: 'doubled',
				columns: [
					{ expression: 'n', alias: 'n' },
					{ expression: 'n * 2', alias: 'doubled' },
				],
			},
		},
		{ cloud_storage_destination_component: { id: 'out', name: 'out', connection_id, path: 'out', file_name: 'kept.csv', format: 'delimited' } },
	];
	const edges = [
		{ source: 'numbers', target: 'kept' },
		{ source: 'kept', target: 'doubled' },
		{ source: 'doubled', target: 'out' },
	];
	const { package_id } = await assistant.call<{ package_id: number }>('create_package', { name: 'Kept numbers', flow_type: 'dataflow', components, edges });
	return package_id;
}

/** Rows whose every value follows from their number. */
async function writeNumbers(path: string): Promise<void> {
	const file = createWriteStream(path);
	file.write('n,kind,filler\n');
	for (let from = 0; from < ROWS; from += 10_000) {
		const lines = Array.from({ length: Math.min(10_000, ROWS - from) }, (_, index) => `${from + index},${(from + index) % 10},"${FILLER}, quoted"\n`);
		if (!file.write(lines.join(''))) await once(file, 'drain');
	}
	file.end();
	await once(file, 'close');
}

const filesOf = ({ ready }: GatewayProcess) => fileClient(ready.url, ready.account, ready.token);
const connect = ({ ready }: GatewayProcess) => connectAssistant(ready.mcp_url, ready.token);
