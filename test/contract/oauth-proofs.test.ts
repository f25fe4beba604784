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
		const path = join(repository, file);
		expect(existsSync(path)).toBe(true);
		const written = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
		// `test('name',` or the second call of `test.each(…)('name',`.
		expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`(?:\\btest|[\\])])\\(\\s*'${written}',`));
	});
});
