import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalInConstantTime, randomToken, sha256Hex } from '../../../src/lib/crypto.ts';
import { canonicalJson } from '../../../src/lib/json.ts';
import { describeFault } from '../../../src/lib/log.ts';
import { nearest } from '../../../src/lib/nearest.ts';
import { iso } from '../../../src/lib/time.ts';

describe('canonical JSON', () => {
	test('is the same for members in any order and without the undefined ones', () => {
		expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true, z: undefined })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
		expect(canonicalJson({ a: true, b: [1, { c: 'x', d: null }] })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
	});

	test('parses back to the value it was made from', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});
});

describe('the nearest name', () => {
	test.each([
		['conection_id', 'connection_id'],
		['Group_By', 'group_by'],
		['expresion', 'expression'],
		['naem', 'name'],
		['gruop_yb', 'group_by'],
	])('for %s is %s', (word, expected) => {
		expect(nearest(word, ['name', 'group_by', 'connection_id', 'expression'])).toBe(expected);
	});

	test('is none when too much of the word would have to change', () => {
		expect(nearest('warehouse', ['name', 'group_by'])).toBeUndefined();
		expect(nearest('', ['ab'])).toBeUndefined();
	});
});

describe('digests and tokens', () => {
	test('SHA-256 of the empty text is the published value', async () => {
		expect(await sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
	});

	test('a random token has 256 bits in 43 URL-safe characters and never repeats', () => {
		const tokens = new Set(Array.from({ length: 100 }, randomToken));
		expect(tokens.size).toBe(100);
		for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
	});

	test('comparison tells equal texts from different ones, of other length too', async () => {
		expect(await equalInConstantTime('abc', 'abc')).toBe(true);
		expect(await equalInConstantTime('abc', 'abd')).toBe(false);
		expect(await equalInConstantTime('abc', 'abcd')).toBe(false);
	});
});

test('a timestamp is ISO 8601 in UTC, and null stays null', () => {
	expect([iso(0), iso(1_700_000_000_123), iso(null)]).toEqual(['1970-01-01T00:00:00.000Z', '2023-11-14T22:13:20.123Z', null]);
});

test('an unforeseen error is told to the log without the values that were bound to a statement', () => {
	const told = describeFault(new Error('Failed query: insert … params: canary-secret', { cause: new Error('UNIQUE constraint failed: users.email') }));
	expect(told).toMatch(/^Error: UNIQUE constraint failed: users\.email\n\s+at /);
	expect(told).not.toContain('canary');
	expect(describeFault('canary')).toBe('string');
});
