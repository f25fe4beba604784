import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const page = readFileSync(join(repository, 'docs/oauth.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:-+|requirement +|client +)\|/.test(line.replace('- |', '-|')));
const proofs = rows.flatMap((row) => [...row.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)].map(([, file = '', name = '']) => ({ file, name })));

describe(`the ${rows.length} requirements of docs/oauth.md`, () => {
	test('each name a test at least, and all of them were read', () => {
		expect(rows.length).toBeGreaterThan(60);
		expect(rows.filter((row) => !/`test\/[^`]+` “[^”]+”/.test(row))).toEqual([]);
		expect(proofs.length).toBe((page.match(/`test\/[^`“”]+\.test\.ts`/g) ?? []).length);
	});

	test.each(proofs)('$file has “$name”', ({ file, name }) => {
		expect(isProven(file, name)).toBe(true);
	});

	test('would not pass with a test that nobody wrote, or a file that is not there', () => {
		const [{ file, name } = { file: '', name: '' }] = proofs;
		expect([isProven(file, name), isProven(file, `${name} and more`), isProven(file, name.slice(1)), isProven(`${file}x`, name)]).toEqual([
			true,
			false,
			false,
			false,
		]);
	});
});

function isProven(file: string, name: string): boolean {
	const path = join(repository, file);
	if (!existsSync(path)) return false;
	const written = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
	// `test('name',` or the second call of `test.each(…)('name',`.
	return new RegExp(`(?:\\btest|[\\])])\\(\\s*'${written}',`).test(readFileSync(path, 'utf8'));
}
