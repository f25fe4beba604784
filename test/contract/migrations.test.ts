import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../schema/migrations');
const files = readdirSync(folder)
	.filter((file) => file.endsWith('.sql'))
	.sort();
/**
 * Numbers of which no migration was released: two were written side by side and the later number was done first. D1 applies by
 * name, in order, what it has not applied: one put into a gap would run behind its successors where those are applied already.
 */
const SKIPPED = [24];
const withoutComments = (sql: string) => sql.replace(/--.*$/gm, '');

describe(`the ${files.length} migrations`, () => {
	test('have each a number of its own and are named for what they bring', () => {
		expect(files.length).toBeGreaterThan(0);
		expect(new Set(files.map((file) => file.slice(0, 4))).size).toBe(files.length);
		expect(files.filter((file) => !/^\d{4}_[a-z][a-z0-9_]*\.sql$/.test(file))).toEqual([]);
	});

	test('run on in number, but for those that were skipped and stay so', () => {
		const numbers = files.map((file) => Number(file.slice(0, 4)));
		const counted = Array.from({ length: numbers.at(-1) ?? 0 }, (_, at) => at + 1);
		expect(numbers).toEqual(counted.filter((number) => !SKIPPED.includes(number)));
	});

	test.each(files)('%s creates STRICT tables only', (file) => {
		const sql = withoutComments(readFileSync(join(folder, file), 'utf8'));
		const created = sql.split(';').filter((statement) => /^\s*create\s+table/i.test(statement));
		const loose = created.filter((statement) => !/\)\s*(without\s+rowid\s*,\s*)?strict(\s*,\s*without\s+rowid)?\s*$/i.test(statement));
		expect(loose.map((statement) => statement.trim().split('\n')[0])).toEqual([]);
	});
});

test('the data dictionary names every table that they make, in one row', () => {
	const sql = files.map((file) => withoutComments(readFileSync(join(folder, file), 'utf8'))).join(';');
	const renamed = new Set([...sql.matchAll(/alter\s+table\s+(\w+)\s+rename\s+to/gi)].map(([, name]) => name));
	const made = [...sql.matchAll(/create\s+(?:virtual\s+)?table\s+(\w+)/gi)].map(([, name = '']) => name).filter((name) => !renamed.has(name));
	const dictionary = readFileSync(join(folder, '../README.md'), 'utf8');
	expect(made.length).toBeGreaterThan(30);
	expect(made.filter((name) => !dictionary.includes(`\`${name}\``))).toEqual([]);
	const rows = [...(/## D1\n([\s\S]*?)\n### /.exec(dictionary)?.[1] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
	expect(rows.filter((name, at) => rows.indexOf(name) !== at)).toEqual([]);
});
