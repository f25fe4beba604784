import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactDeep, redactor } from '../../../src/lib/redact.ts';
import { Secret } from '../../../src/lib/secret.ts';

const PASSWORD = 'p@ss"w0rd/+ÿ canary';

describe('a Secret', () => {
	test('shows nothing when printed, interpolated, serialised or inspected', () => {
		const secret = new Secret(PASSWORD);
		const spellings = [`${secret}`, String(secret), JSON.stringify({ secret }), inspect(secret), inspect({ deep: [secret] }), Object.keys(secret).join()];
		for (const spelling of spellings) expect(spelling).not.toContain('canary');
		expect(secret.reveal()).toBe(PASSWORD);
	});
});

describe('a redactor', () => {
	const redact = redactor([new Secret(PASSWORD)]);
	const base64 = Buffer.from(PASSWORD).toString('base64');

	test.each([
		['raw', PASSWORD],
		['JSON-escaped', JSON.stringify(PASSWORD)],
		['URL-encoded', `https://example.test/?p=${encodeURIComponent(PASSWORD)}`],
		['URL-encoded in lower case', encodeURIComponent(PASSWORD).replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())],
		['form-encoded', `p=${new URLSearchParams({ p: PASSWORD }).toString().slice(2)}`],
		['form-encoded in lower case', new URLSearchParams({ p: PASSWORD }).toString().replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())],
		['base64', base64],
		['base64 without padding', base64.replace(/=+$/, '')],
		['base64url', Buffer.from(PASSWORD).toString('base64url')],
	])('blanks a secret that is %s', (_, text) => {
		expect(redact(`before ${text} after`)).toMatch(/^before .*\[redacted\].* after$/);
		expect(redact(text)).not.toContain('canary');
	});

	test('blanks a secret as a literal of SQL spells it', () => {
		const quoted = redactor([new Secret("can'ary\\S3")]);
		for (const text of ["'can''ary\\S3'", "'can\\'ary\\\\S3'"]) expect(quoted(text)).toBe("'[redacted]'");
	});

	test('replaces a secret that contains another one whole', () => {
		expect(redactor([new Secret('abcd'), new Secret('abcdefgh')])('x abcdefgh y')).toBe('x [redacted] y');
	});

	test('leaves words alone that are as short as a trivial secret', () => {
		expect(redactor([new Secret('abc')])('abc of abcs')).toBe('abc of abcs');
	});

	test('blanks every secret of four characters or more wherever it stands', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 4, maxLength: 40 }), fc.string(), fc.string(), (secret, before, after) => {
				fc.pre(!'[redacted]'.includes(secret) && !`${before}[redacted]${after}`.includes(secret));
				expect(redactor([new Secret(secret)])(before + secret + after)).not.toContain(secret);
			}),
		);
	});

	test('takes a secret of any length, and one that ends in half a character', () => {
		const long = 'k'.repeat(300_000);
		expect(redactor([new Secret(long)])(`x ${long} y`)).toBe('x [redacted] y');
		expect(redactor([new Secret('half\ud800')])('x half\ud800 y')).toBe('x [redacted] y');
	});

	test('blanks a number that is a secret as it is printed', () => {
		expect(redactDeep([{ pin: 123456, other: 12 }], redactor([new Secret('123456')]))).toEqual([{ pin: '[redacted]', other: 12 }]);
	});

	test('reaches strings deep inside a value and keeps everything else', () => {
		expect(redactDeep({ rows: [{ a: `x${PASSWORD}`, b: 1, c: null }] }, redact)).toEqual({ rows: [{ a: 'x[redacted]', b: 1, c: null }] });
	});
});
