import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandUri, idIn, matchUri } from '../../../src/mcp/resources/uri.ts';

const LOG = 'headgate://runs/{run_id}/log';

test('a template with its values gives them back, whatever they hold', () => {
	fc.assert(
		fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
			expect(matchUri(LOG, expandUri(LOG, { run_id: value }))).toEqual({ run_id: value });
		}),
	);
});

test.each([
	['headgate://runs/5', 'a shorter address'],
	['headgate://runs/5/log/', 'a longer one'],
	['headgate://runs//log', 'an empty part'],
	['headgate://runs/%zz/log', 'a broken escape'],
	['HEADGATE://runs/5/log', 'another scheme'],
	['file:///etc/passwd', 'a file'],
	['', 'nothing'],
])('%s is %s: no match', (uri) => {
	expect(matchUri(LOG, uri)).toBeNull();
});

test('an id is a positive whole number as it is written, and nothing else', () => {
	expect(['1', '42', '0', '01', '-1', '1.5', '1e3', ' 1', '9'.repeat(16), ''].map(idIn)).toEqual([1, 42, null, null, null, null, null, null, null, null]);
});
