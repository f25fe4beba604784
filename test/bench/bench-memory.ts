import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/demo/table.ts';
import { REPOSITORY } from '../../src/cli/embedded/bundle.ts';
import '../support/use-kernel.ts';
import { writeProducts, writeSales } from './engine/files.ts';
import { type Live, liveMemory } from './engine/live.ts';
import { WORKLOADS } from './engine/workloads.ts';

/** What runs hold of the memory that an isolate has, told apart from what only waits to be collected. */
const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const TOGETHER = 4;

const chosen = options.only?.split(',');
const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
try {
	await writeProducts(join(folder, 'products.csv'));
	await writeSales(join(folder, 'sales.csv'), 1_300_000);
	await copyFile(join(REPOSITORY, 'node_modules/vega-datasets/data/flights-3m.parquet'), join(folder, 'flights.parquet'));
	const rows: string[][] = [];
	for (const workload of WORKLOADS.filter(({ name }) => chosen === undefined || chosen.includes(name))) {
		const [one, four] = [await liveMemory(workload, folder, 1), await liveMemory(workload, folder, TOGETHER)];
		rows.push([workload.name, megabytes(one), megabytes(four)]);
		process.stderr.write(`${rows.at(-1)?.join(': ')}\n`);
	}
	process.stdout.write(`Held at most, beyond what can be collected (of it in typed arrays)\n${table(['workload', 'one run', `${TOGETHER} at once`], rows)}\n`);
} finally {
	await rm(folder, { recursive: true, force: true });
}

function megabytes({ heap, arrays }: Live): string {
	return `${(heap + arrays).toFixed(0)} MB (${arrays.toFixed(0)} MB)`;
}
