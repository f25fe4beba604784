import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Assistant, connectAssistant } from '../../src/cli/demo/assistant.ts';
import { runToEnd } from '../../src/cli/demo/runs.ts';
import { DEMO_ACCOUNT, type Session } from '../../src/cli/embedded/session.ts';
import { fileClient } from '../../src/cli/file-client.ts';
import { median } from './median.ts';
import type { Workload } from './report.ts';
import { COLUMNS, writeSales } from './rows.ts';

const ROWS = 1_000_000;
const ROUNDS = 3;
const KEY = 'bench/sales.csv';

/** A CSV file read, filtered and aggregated: ours from embedded storage to the result of the run, DuckDB's from the same file with one thread. */
export async function benchEngine(session: Session, say: (line: string) => void): Promise<readonly Workload[]> {
	const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
	const assistant = await connectAssistant(session.mcpUrl, session.token);
	const duckdb = await DuckDBInstance.create(':memory:', { threads: '1' });
	try {
		const path = join(folder, 'sales.csv');
		await writeSales(path, ROWS);
		say(`csv: ${ROWS.toLocaleString('en-US')} rows, ${((await stat(path)).size / 1e6).toFixed(0)} MB`);
		await fileClient(session.url, DEMO_ACCOUNT, session.token).put(path, KEY);
		const package_id = await createPackage(assistant);
		const connection = await duckdb.connect();
		const [ours, theirs]: [number[], number[]] = [[], []];
		for (let round = 0; round < ROUNDS; round++) {
			const run = await runToEnd(assistant, package_id, () => {});
			if (run.status !== 'completed') throw new Error(`run ${run.id} ended as ${run.status}`);
			ours.push((run.runtime_in_seconds ?? Number.NaN) * 1000);
			const began = performance.now();
			const expected = await (await connection.runAndReadAll(duckdbQuery(path))).getRowObjectsJson();
			theirs.push(performance.now() - began);
			expectSame(run.outputs[0]?.rows ?? [], expected);
			say(`csv: round ${round + 1} of ${ROUNDS}`);
		}
		const [us, them] = [median(ours), median(theirs)];
		say(`csv: ${Math.round(ROWS / us)}k rows/s, DuckDB ${Math.round(ROWS / them)}k rows/s`);
		return [{ name: 'csv_filter_aggregate', unit: 'median_ms', values: { headgate: us, duckdb_one_thread: them } }];
	} finally {
		await assistant.close();
		duckdb.closeSync();
		await rm(folder, { recursive: true, force: true });
	}
}

async function createPackage(assistant: Assistant): Promise<number> {
	const { connections } = await assistant.call<{ connections: readonly { id: number; type: string }[] }>('list_connections', {});
	const connection_id = connections.find((connection) => connection.type === 'r2')?.id;
	const { package_id } = await assistant.call<{ package_id: number }>('create_package', {
		name: 'Sales by region and product class',
		flow_type: 'dataflow',
		components: [
			{ cloud_storage_source_component: { id: 'sales', name: 'sales', connection_id, path: KEY, fields: COLUMNS } },
			{ filter_component: { id: 'large', name: 'large ones', expression: 'quantity >= 3 and price > 20' } },
			{
				aggregate_component: {
					id: 'totals',
					name: 'totals',
					group_by: ['region', 'quantity'],
					aggregates: [
						{ function: 'count_all', alias: 'orders' },
						{ function: 'sum', field: 'quantity', alias: 'pieces' },
						{ function: 'max', field: 'price', alias: 'dearest' },
					],
				},
			},
			{ sort_component: { id: 'ordered', name: 'ordered', keys: [{ field: 'region' }, { field: 'quantity' }] } },
			{ result_destination_component: { id: 'shown', name: 'totals by region' } },
		],
		edges: [
			{ source: 'sales', target: 'large' },
			{ source: 'large', target: 'totals' },
			{ source: 'totals', target: 'ordered' },
			{ source: 'ordered', target: 'shown' },
		],
	});
	return package_id;
}

function duckdbQuery(path: string): string {
	const types: Readonly<Record<string, string>> = { integer: 'INTEGER', date: 'DATE', string: 'VARCHAR', double: 'DOUBLE' };
	const columns = COLUMNS.map((column) => `'${column.name}': '${types[column.type]}'`).join(', ');
	return `SELECT region, quantity, count(*)::INTEGER AS orders, sum(quantity)::INTEGER AS pieces, max(price) AS dearest
		FROM read_csv('${path}', header = true, quote = '"', escape = '"', columns = {${columns}})
		WHERE quantity >= 3 AND price > 20 GROUP BY region, quantity ORDER BY region, quantity`;
}

/** A fast wrong answer is no answer. */
function expectSame(ours: readonly unknown[], theirs: readonly unknown[]): void {
	if (!isDeepStrictEqual(ours, theirs))
		throw new Error(`the results differ: ${JSON.stringify(ours).slice(0, 300)} against ${JSON.stringify(theirs).slice(0, 300)}`);
}
