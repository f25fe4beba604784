import { globSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const source = globSync('{src,schema,test}/**/*.{ts,tsx,mts}', { cwd: repository }).filter((file) => file !== 'src/env.d.ts');
const lengths = new Map(source.map((file) => [file, readFileSync(join(repository, file), 'utf8').split('\n').length - 1]));

describe(`the ${source.length} source and test files`, () => {
	test('were found at all', () => {
		expect(source.filter((file) => file.startsWith('src/')).length).toBeGreaterThan(50);
		expect(source.filter((file) => file.startsWith('test/')).length).toBeGreaterThan(20);
	});

	test('have at most 400 lines', () => {
		expect([...lengths].filter(([, lines]) => lines > 400)).toEqual([]);
	});

	test('have at most 250 lines in 95 of 100 files of src', () => {
		const ours = [...lengths].filter(([file]) => file.startsWith('src/')).sort(([, a], [, b]) => b - a);
		const long = ours.filter(([, lines]) => lines > 250);
		expect(long.length / ours.length, `over 250 lines: ${long.map(([file, lines]) => `${file} ${lines}`).join(', ')}`).toBeLessThanOrEqual(0.05);
	});

	test('have a median of at most 100 lines in src', () => {
		const ours = [...lengths]
			.filter(([file]) => file.startsWith('src/'))
			.map(([, lines]) => lines)
			.sort((a, b) => a - b);
		expect(ours[Math.floor(ours.length / 2)]).toBeLessThanOrEqual(100);
	});

	test('are in no drawer for things without a name', () => {
		const drawers = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc'];
		const named = source.filter((file) => [...file.split(sep).slice(0, -1), basename(file).split('.')[0]].some((part) => drawers.includes(part ?? '')));
		expect(named).toEqual([]);
	});

	test('are no barrels: an index.ts holds a list, an entry point or a connector, never only re-exports', () => {
		const barrels = source.filter((file) => {
			if (basename(file) !== 'index.ts' || file === 'src/index.ts') return false;
			const statements = readFileSync(join(repository, file), 'utf8')
				.split('\n')
				.filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line));
			return statements.every((line) => /^export\s.*\sfrom\s/.test(line));
		});
		expect(barrels).toEqual([]);
	});
});
