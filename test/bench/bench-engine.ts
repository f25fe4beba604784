import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/demo/table.ts';
import { REPOSITORY } from '../../src/cli/embedded/bundle.ts';
import { duckdb, miller, SLOW_ROUNDS, sqlite } from './engine/contenders.ts';
import { writeProducts, writeSales } from './engine/files.ts';
import { type Measured, measure, together } from './engine/measure.ts';
import { measureScale } from './engine/scale.ts';
import { HEAP_MB, startEngine } from './engine/workerd.ts';
import { WORKLOADS } from './engine/workloads.ts';

const { values: options } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		/** One round, and none of the slow programs. */
		quick: { type: 'boolean', default: false },
		/** Names of workloads, with commas. */
		only: { type: 'string' },
		rounds: { type: 'string', default: '5' },
		/** 1 M, 4 M and 16 M rows instead. */
		scale: { type: 'boolean', default: false },
	},
});
const ROWS = 1_300_000;
const FLIGHTS_FILE = join(REPOSITORY, 'node_modules/vega-datasets/data/flights-3m.parquet');
const TOGETHER = 4;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const chosen = options.only?.split(',');
const workloads = WORKLOADS.filter(({ name }) => chosen === undefined || chosen.includes(name));
const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
const state = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
try {
	await writeProducts(join(folder, 'products.csv'));
	await writeSales(join(folder, 'sales.csv'), ROWS);
	await copyFile(FLIGHTS_FILE, join(folder, 'flights.parquet'));
	const engine = await startEngine(folder, state);
	try {
		if (options.scale) process.stdout.write(`${await measureScale({ engine, judge: await duckdb(folder) }, folder, say)}\n`);
		else await compare(engine);
	} finally {
		await engine.stop();
	}
} finally {
	await rm(folder, { recursive: true, force: true });
	await rm(state, { recursive: true, force: true });
}

async function compare(engine: Awaited<ReturnType<typeof startEngine>>): Promise<void> {
	say(`sales.csv: ${ROWS.toLocaleString('en-US')} rows, ${((await stat(join(folder, 'sales.csv'))).size / 1e6).toFixed(0)} MB`);
	const judge = await duckdb(folder);
	const slow = options.quick ? [] : [await sqlite(folder), await miller(folder)];
	const others = [judge, ...slow.filter((contender) => contender !== null)];
	const missing = options.quick ? [] : ['sqlite3', 'miller'].filter((_, at) => slow[at] === null);
	const measured: Measured[] = [];
	const four: string[][] = [];
	for (const workload of workloads) {
		const result = await measure(workload, { engine, judge, others }, folder, options.quick ? 1 : Number(options.rounds));
		measured.push(result);
		say(`${workload.name}: ${line(result.times)}; processor: ${line(result.cpu)}`);
		if (options.quick) continue;
		const { ms, peakMb } = await together(workload, engine, folder, TOGETHER);
		four.push([workload.name, `${Math.round(ms)} ms`, `${(ms / (result.times['headgate'] ?? Number.NaN)).toFixed(2)}`, `${peakMb ?? '?'} MB`]);
	}
	judge.close();
	const few = !options.quick && Number(options.rounds) > SLOW_ROUNDS ? slow.flatMap((contender) => contender?.name ?? []) : [];
	const notes = [
		...missing.map((name) => `${name} is not installed (apt-get install sqlite3 miller): not in the table.`),
		...few.map((name) => `${name}: the median of ${SLOW_ROUNDS} rounds.`),
	];
	if (options.json) process.stdout.write(`${JSON.stringify(measured)}\n`);
	else {
		process.stdout.write(`${report(measured, notes, 'times')}\n\n${report(measured, [], 'cpu')}\n`);
		if (four.length > 0) process.stdout.write(`\n${table(['4 runs at once', 'last ended after', 'times one run', 'peak'], four)}\n`);
	}
}

function line(values: Measured['times']): string {
	return Object.entries(values)
		.map(([name, ms]) => `${name} ${ms === null ? 'cannot' : `${Math.round(ms)} ms`}`)
		.join(', ');
}

/** Ratios first: how many times faster we are, below 1 we are slower. */
function report(measured: readonly Measured[], notes: readonly string[], what: 'times' | 'cpu'): string {
	const names = [...new Set(measured.flatMap((each) => Object.keys(each[what])))].filter((name) => name !== 'headgate');
	const rows = measured.map((each) => {
		const { name, peakMb, rowsWritten, slices } = each;
		const times = each[what];
		const ours = times['headgate'] as number;
		const theirs = names.map((other) => times[other] ?? null);
		return [
			name,
			...theirs.map((ms) => (ms === null ? '–' : `${(ms / ours).toFixed(2)}×`)),
			`${Math.round(ours)} ms`,
			...theirs.map((ms) => (ms === null ? '–' : `${Math.round(ms)} ms`)),
			`${peakMb ?? '?'} MB`,
			String(rowsWritten),
			String(slices),
		];
	});
	const headings = ['workload', ...names.map((name) => `vs ${name}`), 'headgate', ...names, 'peak RSS', 'rows stored', 'slices'];
	const title = what === 'times' ? 'from begin to end' : 'processor time on all cores';
	return [`V8 heap ${HEAP_MB} MB; ${title}; how many times less than each we take`, table(headings, rows), ...notes].join('\n');
}
