import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMPONENTS } from '../../../src/catalogue/index.ts';
import { MemoryFiles } from '../engine/support/file-store.ts';
import { run } from '../engine/support/run.ts';
import { VARIANTS } from '../engine/support/variants.ts';
import { choicesOf } from './choices.ts';
import { askDuckDb, comparable } from './in-duckdb.ts';
import { randomPackage } from './random-package.ts';
import { type BaseTable, baseTables } from './tables.ts';

/** `npm run test:differential` asks for 2,000. */
const PACKAGES = Number(process.env['DIFFERENTIAL_PACKAGES'] ?? 60);
/** A few packages are always the same ones, among which every transformation is; many are new each time, unless their seed is given. */
const SEED = process.env['DIFFERENTIAL_SEED'] ?? (PACKAGES > 60 ? undefined : '1');

/** Transformations that DuckDB has no equal for, and why. */
const WITHOUT_EQUAL: Readonly<Record<string, string>> = {
	sample_component: 'which rows are chosen follows from our own digest of seed and row number',
	code_component: 'it is the user’s JavaScript',
};

const counts = { packages: 0, rows: 0, compared: 0, widened: 0, mismatches: 0 };
const used = new Map<string, number>();

test('random packages over random rows give what DuckDB gives', async () => {
	const variants = Object.values(VARIANTS);
	await fc.assert(
		fc.asyncProperty(baseTables, fc.nat(variants.length - 1), fc.gen(), async (tables, variant, value) => {
			const made = randomPackage(choicesOf(value), tables);
			if (made.results.length === 0) return;
			const finished = await run(made.plan, { ...variants[variant], connections: { 1: filesOf(tables) } });
			const report = () => `${JSON.stringify(made.definition)}\n${JSON.stringify(tables)}\n`;
			if (finished.outcome.state !== 'completed') throw new Error(`${JSON.stringify(finished.outcome)}\n${report()}`);
			const theirs = await askDuckDb(
				tables,
				made.results.map(({ sql }) => sql),
			);
			counts.packages++;
			counts.widened += made.widened;
			counts.rows += tables.reduce((sum, { rows }) => sum + rows.length, 0);
			for (const type of made.types) used.set(type, (used.get(type) ?? 0) + 1);
			for (const [index, { id, ordered, sql }] of made.results.entries()) {
				const [here, there] = [comparable(finished.rows(id)), comparable(theirs[index] ?? [])];
				counts.compared += here.length;
				try {
					expect(ordered ? here : here.sort(), id).toEqual(ordered ? there : there.sort());
				} catch (error) {
					counts.mismatches++;
					throw new Error(`${String(error)}\n${sql}\n${report()}`);
				}
			}
		}),
		{ numRuns: PACKAGES, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
	);
	console.log(`packages against DuckDB: ${JSON.stringify({ ...counts, components: Object.fromEntries([...used].sort()) })}`);
	expect(counts).toMatchObject({ mismatches: 0 });
	expect(counts.packages).toBeGreaterThan(PACKAGES * 0.9);
	expect(counts.widened).toBeGreaterThan(0);
}, 3_600_000);

test('every transformation is compared, or said to have no equal', () => {
	const transformations = COMPONENTS.filter(({ category }) => category === 'transformation').map(({ key }) => key);
	const compared = [...used.keys()].map((type) => `${type}_component`);
	expect([...compared, ...Object.keys(WITHOUT_EQUAL)].sort()).toEqual([...transformations].sort());
});

function filesOf(tables: readonly BaseTable[]): MemoryFiles {
	return new MemoryFiles(Object.fromEntries(tables.map(({ id, rows }) => [`${id}.ndjson`, rows.map((row) => `${JSON.stringify(row)}\n`).join('')])));
}
