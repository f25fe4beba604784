import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { median } from '../median.ts';
import type { Contender, Judge } from './contenders.ts';
import { specOf } from './package.ts';
import type { Engine } from './workerd.ts';
import type { Workload } from './workloads.ts';

export interface Measured {
	readonly name: string;
	/** Median milliseconds by contender, ours first; null: cannot do it. */
	readonly times: Readonly<Record<string, number | null>>;
	/** The same of processor time, on all cores. It says what the work costs where others use the machine too. */
	readonly cpu: Readonly<Record<string, number | null>>;
	/** Most memory that workerd had resident in any round. */
	readonly peakMb: number | null;
	/** Rows the run wrote to its object's storage. */
	readonly rowsWritten: number;
	readonly slices: number;
}

export interface Parties {
	readonly engine: Engine;
	readonly judge: Judge;
	/** DuckDB is the first of them. */
	readonly others: readonly Contender[];
}

let lastRun = 0;

/** One workload, contenders taking turns in each round, so that a slow moment of the machine meets all of them. */
export async function measure(workload: Workload, parties: Parties, folder: string, rounds: number): Promise<Measured> {
	const { engine, judge } = parties;
	const contenders = parties.others.filter((contender) => contender.can(workload));
	const times: Record<string, number[]> = { headgate: [], ...Object.fromEntries(contenders.map(({ name }) => [name, []])) };
	const cpu: Record<string, number[]> = { headgate: [], ...Object.fromEntries(contenders.map(({ name }) => [name, []])) };
	const out = join(folder, 'contender.out');
	let [peakMb, rowsWritten, slices]: [number | null, number, number] = [null, 0, 0];
	await engine.peakMb();
	for (let round = 0; round < rounds; round++) {
		const id = ++lastRun;
		const spec = specOf(workload, id);
		const busy = await engine.cpuMs();
		const began = performance.now();
		const run = await engine.run(`run-${id}`, spec);
		times['headgate']?.push(performance.now() - began);
		if (busy !== null) cpu['headgate']?.push(((await engine.cpuMs()) ?? Number.NaN) - busy);
		const peak = await engine.peakMb();
		if (peak !== null) peakMb = Math.max(peakMb ?? 0, peak);
		({ rowsWritten, slices } = run);
		await engine.forget(`run-${id}`);
		for (const contender of contenders) {
			if (round >= (contender.mostRounds ?? rounds)) continue;
			await rm(out, { force: true });
			const start = performance.now();
			cpu[contender.name]?.push(await contender.run(workload, out));
			times[contender.name]?.push(performance.now() - start);
			if (round === 0 && contender === judge) await expectSame(workload, judge, out, await whole(folder, id));
		}
		await rm(join(folder, 'out'), { recursive: true, force: true });
	}
	const names = ['headgate', ...parties.others.map(({ name }) => name)];
	const medians = (of: Readonly<Record<string, readonly number[]>>) =>
		Object.fromEntries(names.map((name) => [name, (of[name] ?? []).length === 0 ? null : median(of[name] as readonly number[])]));
	return { name: workload.name, times: medians(times), cpu: medians(cpu), peakMb, rowsWritten, slices };
}

/** `count` runs of a workload begun together: milliseconds until the last has ended, and the memory they took. */
export async function together(workload: Workload, engine: Engine, folder: string, count: number): Promise<{ ms: number; peakMb: number | null }> {
	const specs = Array.from({ length: count }, () => specOf(workload, ++lastRun));
	await engine.peakMb();
	const began = performance.now();
	await Promise.all(specs.map((spec) => engine.run(`run-${spec.runId}`, spec)));
	const ms = performance.now() - began;
	const peakMb = await engine.peakMb();
	for (const { runId } of specs) await engine.forget(`run-${runId}`);
	await rm(join(folder, 'out'), { recursive: true, force: true });
	return { ms, peakMb };
}

/** The file that a run wrote, its parts put together. */
async function whole(folder: string, id: number): Promise<string> {
	const path = join(folder, 'out', String(id));
	const parts = (await readdir(path)).find((name) => name.endsWith('.parts'));
	if (parts === undefined) throw new Error(`run ${id} wrote nothing`);
	const target = join(folder, 'out', `${id}.whole`);
	await mkdir(join(folder, 'out'), { recursive: true });
	const names = (await readdir(join(path, parts))).sort();
	for (const name of names) await pipeline(createReadStream(join(path, parts, name)), createWriteStream(target, { flags: 'a' }));
	return target;
}

/** A fast wrong answer is no answer. */
async function expectSame(workload: Workload, judge: Judge, theirs: string, ours: string): Promise<void> {
	const [expected, found] = [await judge.digest(workload, theirs), await judge.digest(workload, ours)];
	if (expected !== found) throw new Error(`${workload.name}: DuckDB gives ${expected}, we give ${found}`);
}
