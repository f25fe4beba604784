import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectKey, objectPrefix } from '../../../src/connectors/object-path.ts';
import { AppError } from '../../../src/lib/errors.ts';

const root = 'accounts/7/files/';

test('whatever the path, a key stays below its root after any normalisation a file system might do', () => {
	const segment = fc.oneof(fc.constantFrom('.', '..', '', '%2e%2e', '\\', '\u0000', 'a', 'data.csv'), fc.string({ unit: 'binary' }));
	let accepted = 0;
	fc.assert(
		fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
			let key: string;
			try {
				key = objectKey(root, segments.join('/'));
			} catch (error) {
				expect(error).toBeInstanceOf(AppError);
				expect((error as AppError).code).toBe('invalid_input');
				return;
			}
			accepted++;
			expect(new URL(`file:///${key.split('/').map(encodeURIComponent).join('/')}`).pathname.startsWith(`/${root}`)).toBe(true);
			expect(key.split('/')).not.toContain('..');
		}),
		{ numRuns: 2000 },
	);
	expect(accepted).toBeGreaterThan(100);
});

test('the bound of 1,024 bytes counts UTF-8, and the root', () => {
	const room = 1024 - root.length;
	expect(objectKey(root, 'a'.repeat(room))).toHaveLength(1024);
	expect(() => objectKey(root, 'a'.repeat(room + 1))).toThrow('makes a key of 1025 bytes, 1024 is the most');
	expect(() => objectKey(root, 'é'.repeat(room / 2 + 1))).toThrow('1024 is the most');
});

test('a prefix may be empty or a folder, a key may not', () => {
	expect(objectPrefix(root, '')).toBe(root);
	expect(objectPrefix(root, 'reports/')).toBe('accounts/7/files/reports/');
	expect(() => objectKey(root, 'reports/')).toThrow('names a folder');
	expect(() => objectPrefix(root, 'reports/../x')).toThrow('has a ".." segment');
});

test('the message shows the path quoted, so that what cannot be seen is seen', () => {
	expect(() => objectKey(root, 'a\u0000b')).toThrow('"a\\u0000b" has a control character');
});
