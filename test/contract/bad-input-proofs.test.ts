import { describe, expect, test } from 'vitest';
import { isProven, readProofs } from '../support/named-proofs.ts';

const { rows, proofs, mentions } = readProofs('docs/bad-input.md', ['input']);

describe(`the ${rows.length} kinds of docs/bad-input.md`, () => {
	test('each name a test at least, and all of them were read', () => {
		expect(rows.length).toBeGreaterThan(20);
		expect(rows.filter((row) => !/`test\/[^`]+` “[^”]+”/.test(row))).toEqual([]);
		expect(proofs.length).toBe(mentions);
	});

	test.each(proofs)('$file has “$name”', ({ file, name }) => {
		expect(isProven(file, name)).toBe(true);
	});
});
