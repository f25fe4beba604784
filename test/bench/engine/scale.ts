import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { table } from '../../../src/cli/demo/table.ts';
import { writeSales } from './files.ts';
import type { Parties } from './measure.ts';
import { specOf } from './package.ts';
import { WORKLOADS } from './workloads.ts';

const MILLIONS = [1, 4, 16];
const NAMES = ['filter_aggregate', 'sort', 'join'];

/** The same work over more and more rows, once each, ours and DuckDB's: what a million rows cost should stay what it is. */
export async function measureScale({ engine, judge }: Omit<Parties, 'others'>, folder: string, say: (line: string) => void): Promise<string> {
	const rows: string[][] = NAMES.flatMap((name) => [[name], [`  ${judge.name}`]]);
	const out = join(folder, 'contender.out');
	for (const [step, millions] of MILLIONS.entries()) {
		await writeSales(join(folder, 'sales.csv'), millions * 1_000_000);
		for (const [at, name] of NAMES.entries()) {
			const workload = WORKLOADS.find((each) => each.name === name);
			if (workload === undefined) throw new Error(`no workload ${name}`);
			const id = 1000 * (step + 1) + at;
			const spec = specOf(workload, id);
			await engine.peakMb();
			const began = performance.now();
			await engine.run(`run-${id}`, spec);
			const ms = performance.now() - began;
			const told = `${perMillion(ms, millions)}, ${await engine.peakMb()} MB`;
			const start = performance.now();
			await judge.run(workload, out);
			const theirs = perMillion(performance.now() - start, millions);
			rows[at * 2]?.push(told);
			rows[at * 2 + 1]?.push(theirs);
			say(`${name} over ${millions} M rows: ${told}; ${judge.name} ${theirs}`);
			await engine.forget(`run-${id}`);
			await rm(out, { force: true });
			await rm(join(folder, 'out'), { recursive: true, force: true });
		}
	}
	return table(['workload', ...MILLIONS.map((millions) => `${millions} M rows`)], rows);
}

function perMillion(ms: number, millions: number): string {
	return `${(ms / 1000).toFixed(1)} s, ${Math.round(ms / millions)} ms/M`;
}
