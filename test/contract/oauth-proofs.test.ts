import { describe, expect, test } from 'vitest';
import { isProven, readProofs } from '../support/named-proofs.ts';

const { rows, proofs, mentions } = readProofs('docs/oauth.md', ['requirement', 'client']);

describe(`the ${rows.length} requirements of docs/oauth.md`, () => {
	test('each name a test at least, and all of them were read', () => {
		expect(rows.length).toBeGreaterThan(60);
		expect(rows.filter((row) => !/`test\/[^`]+` “[^”]+”/.test(row))).toEqual([]);
		expect(proofs.length).toBe(mentions);
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
