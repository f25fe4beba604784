import { expect, test } from 'vitest';
import { byteRange } from '../../../src/http/api/byte-range.ts';

test.each([
	[undefined, null],
	['bytes=0-9', { offset: 0, length: 10 }],
	['bytes=90-', { offset: 90, length: 10 }],
	['bytes=-5', { offset: 95, length: 5 }],
	['bytes=-500', { offset: 0, length: 100 }],
	['bytes=50-500', { offset: 50, length: 50 }],
	['bytes=100-', 'unsatisfiable'],
	['bytes=-0', 'unsatisfiable'],
	['bytes=9-1', null],
	['bytes=0-1,5-6', null],
	['lines=0-9', null],
	['bytes=-', null],
])('Range: %s of 100 bytes', (header, range) => {
	expect(byteRange(header, 100)).toEqual(range);
});

test('an empty file has no range', () => {
	expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
});
